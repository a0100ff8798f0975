import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { pollingMs } from '../api/live.ts'
import { useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import styles from './instance.module.css'
import { RunsTable } from './runs-table.tsx'
import { Timetable } from './timetable.tsx'

const route = getRouteApi('/$organization/instance/jobs')

/** What waits for workers, what the timetable did, and what failed. */
export function JobsPage() {
  const { t } = useTranslation('instance')
  const { state } = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useRoute('getInstanceJobs', {}, { refetchInterval: pollingMs })
  return (
    <Page>
      <PageHeader
        title={t('jobs.title')}
        lead={t('jobs.lead')}
        source={{ route: 'getInstanceJobs', cli: 'instance jobs', json: data }}
      />
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeletons />}
      {data !== undefined && (
        <Section title={t('jobs.queues')}>
          <Queues jobs={data} />
        </Section>
      )}
      <RunsTable state={state} onState={(next) => void navigate({ search: { state: next } })} />
      {data !== undefined && (
        <Section title={t('jobs.timetable')}>
          <Timetable entries={data.timetable} />
        </Section>
      )}
    </Page>
  )
}

type Jobs = NonNullable<ReturnType<typeof useRoute<'getInstanceJobs'>>['data']>

const known = new Set(['invitations', 'mails', 'runs', 'source-reads', 'webhooks'])

function Queues({ jobs: { queues, engine, sessions } }: { readonly jobs: Jobs }) {
  const { t } = useTranslation('instance')
  const formats = useFormats()
  const toAge = (seconds: number): string =>
    seconds < 1 ? '' : t('jobs.oldest', { time: formats.duration(seconds * 1000) })
  // A newer server may have queues that this page has no word for.
  const toWord = (name: string): string => (known.has(name) ? t(`jobs.queue.${name.replace('-', '_')}`) : name)
  const numbers = [
    ...queues.map(({ name, count, oldestSeconds }) => ({ term: toWord(name), count, note: toAge(oldestSeconds) })),
    { term: t('jobs.queue.engine'), count: engine.waiting, note: toAge(engine.oldestSeconds) },
    { term: t('jobs.held'), count: engine.held, note: '' },
    { term: t('jobs.escrowed'), count: engine.escrowed, note: '' },
    { term: t('jobs.unwell'), count: engine.unwellApps, note: '' },
    { term: t('jobs.sessions'), count: sessions, note: '' },
  ]
  return (
    <dl className={styles.numbers}>
      {numbers.map(({ term, count, note }) => (
        <div key={term} className={styles.number}>
          <dt>{term}</dt>
          <dd>
            {formats.number(count)} {note !== '' && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
