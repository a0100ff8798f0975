import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { usePolling } from '../api/live.ts'
import { DefinitionList } from '../ui/definition-list.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { SetupSteps } from '../source-setup/setup-steps.tsx'
import { HeldRead } from './held-read.tsx'
import { ReadProgress } from './read-progress.tsx'
import { useReadCounts } from './read-counts.ts'
import { useSchedule } from './schedule.ts'
import styles from './sources.module.css'
import { isMoving, ReadState, type Read, type Source } from './states.tsx'

const shownMax = 10

/** What waits for somebody, how fresh it is, and the last reads. */
export function SourceOverview({ source }: { readonly source: Source }) {
  const { t } = useTranslation('sources')
  const params = { source: source.id }
  const polling = usePolling(true)
  const { data, error, refetch } = useRoute(
    'listSourceReads',
    { params, query: { limit: shownMax } },
    { refetchInterval: polling },
  )
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons />
  const reads = data.data
  return (
    <>
      {reads
        .filter((read) => read.endedAt === null)
        .map((read) =>
          isMoving(read) ? <ReadProgress key={read.id} read={read} /> : <HeldRead key={read.id} read={read} />,
        )}
      {reads.length === 0 && <SetupSteps source={source} />}
      <Section title={t('overview.facts')}>
        <Facts source={source} lastDone={reads.find(({ state }) => state === 'done')} />
      </Section>
      <Section title={t('overview.lastReads')}>
        {reads.length === 0 ? (
          <EmptyState icon="runs" title={t('empty.reads')}>
            {source.place.kind === 'file' ? t('empty.readsOfFiles') : t('empty.readsText')}
          </EmptyState>
        ) : (
          <LastReads reads={reads} />
        )}
      </Section>
    </>
  )
}

function Facts({ source, lastDone }: { readonly source: Source; readonly lastDone: Read | undefined }) {
  const { t } = useTranslation('sources')
  const scheduleOf = useSchedule()
  const { settings, liveRevision, draftRevision } = source
  return (
    <DefinitionList
      items={[
        { term: t('overview.fresh'), value: <Time at={lastDone?.endedAt} /> },
        { term: t('column.schedule'), value: scheduleOf(settings.schedule) },
        { term: t('column.nextRead'), value: <Time at={source.nextReadAt} /> },
        { term: t('overview.approval'), value: t(`approval.${settings.approval ?? 'auto'}`) },
        { term: t('overview.precedence'), value: String(source.precedence) },
        {
          term: t('overview.rules'),
          value: liveRevision === null ? t('overview.noRules') : t('overview.revision', { revision: liveRevision }),
        },
        ...(draftRevision === null
          ? []
          : [{ term: t('overview.draft'), value: t('overview.revision', { revision: draftRevision }) }]),
        ...(source.pausedReason === null ? [] : [{ term: t('overview.pausedReason'), value: source.pausedReason }]),
        { term: t('overview.id'), value: <code>{source.id}</code> },
      ]}
    />
  )
}

function LastReads({ reads }: { readonly reads: readonly Read[] }) {
  const organization = useOrganizationSlug()
  const countsOf = useReadCounts()
  return (
    <ul className={styles.reads}>
      {reads.map((read) => (
        <li key={read.id} className={styles.read}>
          <ReadState read={read} />
          <Link to="/$organization/source-reads/$read" params={{ organization, read: read.id }}>
            <Time at={read.startedAt} />
          </Link>
          <span className={styles.quiet}>{countsOf(read)}</span>
          {read.errorDetail !== null && <span className={styles.failure}>{read.errorDetail}</span>}
        </li>
      ))}
    </ul>
  )
}
