import type { RouteAnswer } from '@rollcall/admin-api'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api/call.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import { Exchanges } from '../logs/exchanges.tsx'
import { LogStatus } from '../logs/log-status.tsx'
import { Steps } from '../logs/steps.tsx'
import { DiffTable } from '../ui/diff-table.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import { useEngineReasons } from '../ui/use-engine-reasons.ts'
import styles from './provision.module.css'

/** What would become of one person or team. The app is only asked; nothing changes, there or here. */
export function Preview({ app, object }: { readonly app: string; readonly object: string }) {
  const organization = useOrganizationSlug()
  const { data, error, refetch } = useQuery({
    queryKey: ['previewApp', { organization, app }, { object }],
    queryFn: ({ signal }) =>
      call('previewApp', { params: { organization, app }, body: { object, revision: 'live' } }, { signal }),
  })
  return (
    <Section
      title={data?.object.name ?? object}
      {...(data !== undefined && { actions: <LogStatus status={data.status} /> })}
    >
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeletons rows={4} />}
      {data !== undefined && (
        <div className={styles.result}>
          <PreviewWords preview={data} />
          <Outcome steps={data.steps} modified={data.modified} exchanges={data.requests} />
        </div>
      )}
    </Section>
  )
}

function PreviewWords({ preview }: { readonly preview: RouteAnswer<'previewApp'> }) {
  const { t } = useTranslation(['provision', 'logs'])
  const reasonWords = useEngineReasons()
  const { action, explanation, reason, gate, dueAt } = preview
  return (
    <div className={styles.words}>
      <p>
        <strong>{action === null ? t('nothingToDo') : t('wouldDo', { action: t(`logs:action.${action}`) })}</strong>
      </p>
      <p>{reasonWords(reason, explanation).meaning}</p>
      {gate !== null && gate.effect === 'held' && <p>{t('wouldBeHeld')}</p>}
      {dueAt !== null && (
        <p>
          <TimeInWords text={t('notBefore')} at={dueAt} isAbsolute />
        </p>
      )}
    </div>
  )
}

type OutcomeProps = Pick<RouteAnswer<'previewApp'>, 'steps' | 'modified'> & {
  readonly exchanges: RouteAnswer<'provisionNow'>['data'][number]['exchanges']
}

/** The six steps, what changes, and the requests: the same for a preview and for real. */
export function Outcome({ steps, modified, exchanges }: OutcomeProps) {
  const { t } = useTranslation('logs')
  return (
    <>
      <Steps steps={steps} />
      {modified.length > 0 && (
        <DiffTable
          label={t('modified')}
          rows={modified.map(({ name, before, after }) => ({ path: name, before, after }))}
        />
      )}
      {exchanges.length > 0 && (
        <>
          <h3>{t('exchanges')}</h3>
          <Exchanges exchanges={exchanges} />
        </>
      )}
    </>
  )
}
