import { useTranslation } from 'react-i18next'
import { usePolling } from '../api/live.ts'
import { useRoute } from '../api/queries.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Progress } from '../ui/progress.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { RunState } from './run-state.tsx'
import styles from './runs.module.css'

/** One run: how far it is, and what came out of it. */
export function RunPanel({ id, onClose }: { readonly id: string | undefined; onClose(): void }) {
  const { t } = useTranslation('runs')
  const refetchInterval = usePolling(id !== undefined)
  const asked = { enabled: id !== undefined, refetchInterval }
  const { data: run, error, refetch } = useRoute('getRun', { params: { run: id ?? '' } }, asked)
  return (
    <SidePanel title={run?.kind ?? t('run')} isOpen={id !== undefined} onClose={onClose}>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {run === undefined && error === null && <Skeletons />}
      {run !== undefined && (
        <div className={styles.panel}>
          <Progress label={t(`state.${run.state}`)} done={run.done} total={run.total ?? undefined} />
          {run.error !== null && <p className={styles.error}>{run.error}</p>}
          <DefinitionList
            items={[
              { term: t('column.state'), value: <RunState state={run.state} /> },
              { term: t('column.by'), value: run.createdBy },
              { term: t('column.created'), value: <Time at={run.createdAt} isAbsolute /> },
              { term: t('column.started'), value: <Time at={run.startedAt} isAbsolute /> },
              { term: t('column.ended'), value: <Time at={run.endedAt} isAbsolute /> },
              { term: t('id'), value: <CopyBox value={run.id} /> },
            ]}
          />
          {run.result !== null && (
            <>
              <h3>{t('result')}</h3>
              <pre tabIndex={0} className={styles.result}>
                {JSON.stringify(run.result, null, 2)}
              </pre>
            </>
          )}
        </div>
      )}
    </SidePanel>
  )
}
