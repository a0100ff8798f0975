import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pages } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'
import { actorName, targetName, type AuditEvent } from './actor.ts'
import styles from './audit.module.css'
import { ResultChip } from './result-chip.tsx'

type AuditTableProps = {
  readonly pages: Pages<AuditEvent>
  readonly isFiltered: boolean
  readonly openId: string | undefined
  onOpen(id: string): void
  onClear(): void
}

export function AuditTable({ pages, isFiltered, openId, onOpen, onClear }: AuditTableProps) {
  const { t } = useTranslation('audit')
  const columns = useAuditColumns()
  return (
    <DataTable
      name="audit"
      label={t('title')}
      columns={columns}
      pages={pages}
      idOf={({ id }) => id}
      openId={openId}
      onOpen={({ id }) => onOpen(id)}
      {...(isFiltered && {
        emptyFiltered: <NothingFound title={t('empty.filtered')} clear={t('empty.clear')} onClear={onClear} />,
      })}
      empty={
        <EmptyState icon="audit" title={t('empty.all')}>
          {t('empty.allText')}
        </EmptyState>
      }
    />
  )
}

function useAuditColumns(): readonly Column<AuditEvent>[] {
  const { t } = useTranslation('audit')
  return useMemo(
    () => [
      { id: 'at', header: t('column.at'), width: '120px', cell: ({ at }) => <Time at={at} />, text: ({ at }) => at },
      {
        id: 'action',
        header: t('column.action'),
        width: 'minmax(200px, 1.4fr)',
        cell: ({ action }) => <code className={styles.code}>{action}</code>,
        text: ({ action }) => action,
      },
      {
        id: 'result',
        header: t('column.result'),
        width: '128px',
        cell: ({ result }) => <ResultChip result={result} />,
        text: ({ result }) => result,
      },
      { id: 'actor', header: t('column.actor'), width: 'minmax(140px, 1fr)', cell: actorName, text: actorName },
      { id: 'target', header: t('column.target'), width: 'minmax(140px, 1fr)', cell: targetName, text: targetName },
      {
        id: 'ip',
        header: t('column.ip'),
        width: '130px',
        cell: ({ context }) => context.ip ?? '–',
        text: ({ context }) => context.ip ?? '',
      },
      {
        id: 'sequence',
        header: t('column.sequence'),
        width: '80px',
        isNumeric: true,
        isExtra: true,
        cell: ({ sequence }) => String(sequence),
        text: ({ sequence }) => String(sequence),
      },
    ],
    [t],
  )
}
