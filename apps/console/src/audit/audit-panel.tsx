import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { DiffTable, type DiffRow } from '../ui/diff-table.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { actorName, targetName, type AuditEvent } from './actor.ts'
import styles from './audit.module.css'
import { quoted } from './query-text.ts'
import { ResultChip } from './result-chip.tsx'

type AuditPanelProps = { readonly id: string | undefined; onClose(): void; onNarrow(term: string): void }

/** One event of the log, beside it: who, what, from where, and what changed. */
export function AuditPanel({ id, onClose, onNarrow }: AuditPanelProps) {
  const { t } = useTranslation('audit')
  const {
    data: event,
    error,
    refetch,
  } = useRoute('getAuditEvent', { params: { auditEvent: id ?? '' } }, { enabled: id !== undefined })
  return (
    <SidePanel title={event?.action ?? t('event')} isOpen={id !== undefined} onClose={onClose}>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {event === undefined && error === null && <Skeletons />}
      {event !== undefined && (
        <div className={styles.panel}>
          <Facts event={event} />
          <Narrow event={event} onNarrow={onNarrow} />
          <Changes event={event} />
          <Json title={t('part.request')} value={event.request} />
          <Json title={t('part.details')} value={event.details} />
          <Chain event={event} />
        </div>
      )}
    </SidePanel>
  )
}

function Facts({ event }: { readonly event: AuditEvent }) {
  const { t } = useTranslation('audit')
  const { context, targets, erased } = event
  return (
    <DefinitionList
      items={[
        { term: t('column.result'), value: <ResultChip result={event.result} /> },
        { term: t('column.at'), value: <Time at={event.at} isAbsolute /> },
        { term: t('column.actor'), value: <Named name={actorName(event)} ids={[event.actor.id]} /> },
        { term: t('column.target'), value: <Named name={targetName(event)} ids={targets} /> },
        { term: t('column.ip'), value: context.ip ?? '–' },
        { term: t('fact.userAgent'), value: context.userAgent ?? '–' },
        ...(context.requestId === null
          ? []
          : [{ term: t('fact.request'), value: <CopyBox value={context.requestId} /> }]),
        ...(erased.length === 0 ? [] : [{ term: t('fact.erased'), value: t('fact.erasedText') }]),
      ]}
    />
  )
}

function Named({ name, ids }: { readonly name: string; readonly ids: readonly string[] }) {
  return (
    <div className={styles.named}>
      {!ids.includes(name) && <span>{name}</span>}
      {ids.map((id) => (
        <CopyBox key={id} value={id} />
      ))}
    </div>
  )
}

/** From one event to those like it. */
function Narrow({ event, onNarrow }: { readonly event: AuditEvent; onNarrow(term: string): void }) {
  const { t } = useTranslation('audit')
  const [target] = event.targets
  return (
    <div className={styles.narrow}>
      <Button size="xs" onClick={() => onNarrow(`action:${quoted(event.action)}`)}>
        {t('narrow.action')}
      </Button>
      <Button size="xs" onClick={() => onNarrow(`actor:${quoted(event.actor.id)}`)}>
        {t('narrow.actor')}
      </Button>
      {target !== undefined && (
        <Button size="xs" onClick={() => onNarrow(`target:${quoted(target)}`)}>
          {t('narrow.target')}
        </Button>
      )}
    </div>
  )
}

function Changes({ event: { changes } }: { readonly event: AuditEvent }) {
  const { t } = useTranslation('audit')
  const rows = changes.map((change): DiffRow => {
    const { path, before, after } = change
    return { path: typeof path === 'string' ? path : '', before, after }
  })
  return (
    <section className={styles.part}>
      <h3>{t('part.changes')}</h3>
      {rows.length === 0 ? (
        <p className={styles.nothing}>{t('noChanges')}</p>
      ) : (
        <DiffTable rows={rows} label={t('part.changes')} />
      )}
    </section>
  )
}

function Json({ title, value }: { readonly title: string; readonly value: AuditEvent['request'] }) {
  if (value === null || Object.keys(value).length === 0) return null
  return (
    <section className={styles.part}>
      <h3>{title}</h3>
      {/* Long values scroll, also by keyboard. */}
      <pre className={styles.json} tabIndex={0} aria-label={title}>
        {JSON.stringify(value, undefined, 2)}
      </pre>
    </section>
  )
}

function Chain({ event: { sequence, id, hash, previousHash } }: { readonly event: AuditEvent }) {
  const { t } = useTranslation('audit')
  return (
    <section className={styles.part}>
      <h3>{t('part.chain')}</h3>
      <DefinitionList
        items={[
          { term: t('column.sequence'), value: String(sequence) },
          { term: t('fact.id'), value: <CopyBox value={id} /> },
          { term: t('fact.hash'), value: <CopyBox value={hash} /> },
          { term: t('fact.previousHash'), value: <CopyBox value={previousHash} /> },
        ]}
      />
    </section>
  )
}
