import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { usePolling } from '../api/live.ts'
import { useChange, usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Progress } from '../ui/progress.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import styles from './connections.module.css'

/** What was done to the whole connection, how far it is, and the way back. */
export function Runs({ connection }: { readonly connection: string }) {
  const { t } = useTranslation('connections')
  const can = useCan()
  const undo = useChange('undoConnectionRun', { stale: ['listConnectionRuns', 'getConnection', 'listConnections'] })
  const refetchInterval = usePolling(true)
  const { rows, query } = usePages('listConnectionRuns', {}, { refetchInterval })
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <Skeletons rows={2} />
  const own = rows.filter(({ connectionId }) => connectionId === connection)
  if (own.length === 0) return <p className={styles.lead}>{t('runs.none')}</p>
  return (
    <ol className={styles.runs}>
      {own.map(({ id, action, state, progress, startedAt, startedBy }) => (
        <li key={id}>
          <p className={styles.runHead}>
            <strong>{t(`runs.action.${action}`)}</strong>
            <span>{t(`runs.state.${state}`)}</span>
            <span>{startedBy}</span>
            <Time at={startedAt} />
            {state === 'done' && can('connections:manage') && (
              <Button size="xs" loading={undo.isPending} onClick={() => undo.mutate({ params: { connectionRun: id } })}>
                {t('undo')}
              </Button>
            )}
          </p>
          {(state === 'running' || state === 'undoing') && (
            <Progress
              label={t(`runs.state.${state}`)}
              done={state === 'running' ? progress.done + progress.skipped : progress.undone + progress.kept}
              total={progress.people + progress.teams}
            />
          )}
        </li>
      ))}
      {undo.error !== null && <ErrorBlock error={undo.error} />}
    </ol>
  )
}
