import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { DiffTable } from '../ui/diff-table.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { useEngineReasons } from '../ui/use-engine-reasons.ts'
import { Exchanges } from './exchanges.tsx'
import { useObjectName } from './log-columns.tsx'
import { LogStatus } from './log-status.tsx'
import { Steps } from './steps.tsx'
import { useShortDuration } from './use-short-duration.ts'
import styles from './logs.module.css'

type Entry = RouteAnswer<'getProvisioningLogEntry'>

/** One operation: why, step by step, what changed, and what went over the wire. */
export function LogPanel({ id, onClose }: { readonly id: string | undefined; onClose(): void }) {
  const { t } = useTranslation('logs')
  const nameOf = useObjectName()
  const {
    data: entry,
    error,
    refetch,
  } = useRoute('getProvisioningLogEntry', { params: { logEntry: id ?? '' } }, { enabled: id !== undefined })
  const title = entry === undefined ? t('entry') : nameOf(entry)
  return (
    <SidePanel title={title} isOpen={id !== undefined} onClose={onClose}>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {entry === undefined && error === null && <Skeletons />}
      {entry !== undefined && <EntryBody entry={entry} />}
    </SidePanel>
  )
}

function EntryBody({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation('logs')
  const { meaning, remedy } = useEngineReasons()(entry.reason, entry.explanation)
  return (
    <div className={styles.panel}>
      <div className={styles.said}>
        <LogStatus status={entry.status} />
        <p>
          <strong>{meaning}</strong>
        </p>
        {remedy !== '' && entry.status !== 'success' && <p>{remedy}</p>}
        {entry.message !== null && <p className={styles.quiet}>{entry.message}</p>}
      </div>
      <h3>{t('steps')}</h3>
      <Steps steps={entry.steps} />
      {entry.modified.length > 0 && (
        <>
          <h3>{t('modified')}</h3>
          <DiffTable
            label={t('modified')}
            rows={entry.modified.map(({ name, before, after }) => ({ path: name, before, after }))}
          />
        </>
      )}
      {entry.exchanges.length > 0 && (
        <>
          <h3>{t('exchanges')}</h3>
          <Exchanges exchanges={entry.exchanges} />
        </>
      )}
      <h3>{t('references')}</h3>
      <EntryFacts entry={entry} />
    </div>
  )
}

function EntryFacts({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation('logs')
  const duration = useShortDuration()
  const organization = useOrganizationSlug()
  return (
    <DefinitionList
      items={[
        { term: t('column.at'), value: <Time at={entry.at} isAbsolute /> },
        { term: t('column.action'), value: t(`action.${entry.action}`) },
        { term: t('initiator'), value: t(`initiators.${entry.initiator}`) },
        ...(entry.durationMs === null ? [] : [{ term: t('column.duration'), value: duration(entry.durationMs) }]),
        ...(entry.object === null
          ? []
          : [
              {
                term: t('sameObject'),
                value: (
                  <Link to="/$organization/logs" params={{ organization }} search={{ object: entry.object.id }}>
                    {entry.object.name ?? entry.object.id}
                  </Link>
                ),
              },
            ]),
        ...(entry.cycleId === null
          ? []
          : [
              {
                term: t('sameRun'),
                value: (
                  <Link to="/$organization/logs" params={{ organization }} search={{ cycle: entry.cycleId }}>
                    {entry.cycleId}
                  </Link>
                ),
              },
            ]),
        ...(entry.target.key === null ? [] : [{ term: t('targetKey'), value: <CopyBox value={entry.target.key} /> }]),
        { term: t('changeId'), value: <CopyBox value={entry.id} /> },
      ]}
    />
  )
}
