import { useTranslation } from 'react-i18next'
import { usePolling } from '../api/live.ts'
import { usePages, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { useAppNames } from '../logs/log-columns.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'

type Hold = EntryOf<'listAppHolds'>

/** Destructive changes that wait for a decision. */
export function HeldTable({ openId, onOpen }: { readonly openId: string | undefined; onOpen(id: string): void }) {
  const { t } = useTranslation('quarantine')
  const refetchInterval = usePolling(true)
  const pages = usePages('listAppHolds', { query: { state: 'open' } }, { refetchInterval })
  const columns = useHoldColumns()
  return (
    <DataTable
      name="app-holds"
      label={t('tab.held')}
      columns={columns}
      pages={pages}
      idOf={({ id }) => id}
      openId={openId}
      onOpen={({ id }) => onOpen(id)}
      empty={
        <EmptyState icon="good" title={t('empty.held')}>
          {t('empty.heldText')}
        </EmptyState>
      }
    />
  )
}

function useHoldColumns(): readonly Column<Hold>[] {
  const { t } = useTranslation('quarantine')
  const formats = useFormats()
  const names = useAppNames()
  return [
    {
      id: 'app',
      header: t('column.app'),
      width: 'minmax(140px, 1fr)',
      cell: ({ appId }) => names.get(appId) ?? appId,
      text: ({ appId }) => names.get(appId) ?? appId,
    },
    {
      id: 'class',
      header: t('column.class'),
      width: 'minmax(160px, 1fr)',
      cell: (hold) => t(`class.${hold.class}`),
      text: (hold) => hold.class,
    },
    {
      id: 'count',
      header: t('column.count'),
      width: '110px',
      isNumeric: true,
      cell: ({ heldCount }) => formats.number(heldCount),
      text: ({ heldCount }) => String(heldCount),
    },
    {
      id: 'allowance',
      header: t('column.allowance'),
      width: '130px',
      isNumeric: true,
      cell: ({ allowance }) => formats.number(allowance),
      text: ({ allowance }) => String(allowance),
    },
    {
      id: 'since',
      header: t('column.since'),
      width: '140px',
      cell: ({ openedAt }) => <Time at={openedAt} />,
      text: ({ openedAt }) => openedAt,
    },
    {
      id: 'lapses',
      header: t('column.lapses'),
      width: '140px',
      cell: ({ lapsesAt }) => <Time at={lapsesAt} />,
      text: ({ lapsesAt }) => lapsesAt,
    },
  ]
}
