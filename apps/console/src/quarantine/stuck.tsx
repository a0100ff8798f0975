import { Button, Select } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useChange, usePages, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import { tellOutcome } from '../ui/toast.ts'
import { useEngineReasons } from '../ui/use-engine-reasons.ts'
import type { QuarantineSearch } from './routes.ts'
import styles from './quarantine.module.css'
import { StuckTable } from './stuck-table.tsx'

type StuckProps = {
  readonly app: string | undefined
  readonly reason: string | undefined
  onChange(search: QuarantineSearch): void
}

/** People and teams that an app does not take, by reason, each with its remedy. */
export function Stuck({ app, reason, onChange }: StuckProps) {
  const { t } = useTranslation('quarantine')
  const { rows } = usePages('listApps')
  const chosen = app ?? rows[0]?.id
  return (
    <>
      <Select
        className={styles.choice}
        aria-label={t('column.app')}
        placeholder={t('column.app')}
        searchable
        data={rows.map(({ id, name }) => ({ value: id, label: name }))}
        value={chosen ?? null}
        onChange={(id) => onChange({ app: id ?? undefined, reason: undefined })}
      />
      {chosen !== undefined && <Reasons app={chosen} reason={reason} onChange={onChange} />}
      {chosen !== undefined && reason !== undefined && <StuckTable app={chosen} reason={reason} />}
    </>
  )
}

function Reasons({ app, reason, onChange }: StuckProps & { readonly app: string }) {
  const { t } = useTranslation('quarantine')
  const { data, error, refetch } = useRoute('getAppEscrowReasons', { params: { app } })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={3} />
  if (data.data.length === 0)
    return (
      <EmptyState icon="good" title={t('empty.stuck')}>
        {t('empty.stuckText')}
      </EmptyState>
    )
  return (
    <ul className={styles.reasons}>
      {data.data.map((each) => (
        <Reason
          key={each.reason}
          app={app}
          entry={each}
          isOpen={reason === each.reason}
          onToggle={() => onChange({ app, reason: reason === each.reason ? undefined : each.reason })}
        />
      ))}
    </ul>
  )
}

type ReasonProps = {
  readonly app: string
  readonly entry: RouteAnswer<'getAppEscrowReasons'>['data'][number]
  readonly isOpen: boolean
  onToggle(): void
}

function Reason({ app, entry, isOpen, onToggle }: ReasonProps) {
  const { t } = useTranslation('quarantine')
  const formats = useFormats()
  const { meaning, remedy } = useEngineReasons()(entry.reason, entry)
  const can = useCan()
  const retry = useChange('retryAppEscrow', { stale: ['getAppEscrowReasons', 'listAppEscrow', 'getAppProgress'] })
  const retryNow = (): void =>
    tellOutcome(retry.mutateAsync({ params: { app }, body: { reason: entry.reason } }), ({ count }) =>
      t('retried', { count, number: formats.number(count) }),
    )
  return (
    <li>
      <div className={styles.reasonWords}>
        <p>
          <strong>{meaning}</strong> <code>{entry.reason}</code>
        </p>
        <p>{remedy}</p>
        <p className={styles.quiet}>
          {t('objects', { count: entry.count, number: formats.number(entry.count) })}
          {entry.nextAttemptAt !== null && (
            <>
              {' · '}
              <TimeInWords text={t('nextTryAt')} at={entry.nextAttemptAt} />
            </>
          )}
        </p>
      </div>
      <Button aria-expanded={isOpen} onClick={onToggle}>
        {t(isOpen ? 'hide' : 'show')}
      </Button>
      {can('apps:run') && (
        <Button leftSection={<icons.retry size={14} />} loading={retry.isPending} onClick={retryNow}>
          {t('retryAll')}
        </Button>
      )}
    </li>
  )
}
