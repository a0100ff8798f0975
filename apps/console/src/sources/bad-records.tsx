import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages, type EntryOf } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'

type Entry = EntryOf<'listSourceEscrow'>

/** Records that could not be read, by row and column; the table saves them as CSV for whoever mends the file. */
export function BadRecords({ sourceId }: { readonly sourceId: string }) {
  const { t } = useTranslation('sources')
  const pages = usePages('listSourceEscrow', { params: { source: sourceId } })
  const columns = useColumns()
  return (
    <DataTable
      name="bad-records"
      label={t('tab.bad')}
      columns={columns}
      pages={pages}
      idOf={({ id }) => id}
      empty={
        <EmptyState icon="good" title={t('empty.bad')}>
          {t('empty.badText')}
        </EmptyState>
      }
    />
  )
}

function useColumns(): readonly Column<Entry>[] {
  const { t } = useTranslation('sources')
  return useMemo(
    () => [
      {
        id: 'place',
        header: t('column.place'),
        width: '140px',
        cell: ({ place }) => place,
        text: ({ place }) => place,
      },
      {
        id: 'anchor',
        header: t('column.anchor'),
        width: '140px',
        cell: ({ anchor }) => anchor ?? '–',
        text: ({ anchor }) => anchor ?? '',
      },
      {
        id: 'attribute',
        header: t('column.attribute'),
        width: '140px',
        cell: ({ attribute }) => attribute ?? '–',
        text: ({ attribute }) => attribute ?? '',
      },
      {
        id: 'detail',
        header: t('column.wrong'),
        width: 'minmax(240px, 2fr)',
        cell: ({ detail }) => <span lang="en">{detail}</span>,
        text: ({ detail }) => detail,
      },
      {
        id: 'reason',
        header: t('column.reason'),
        width: '150px',
        isExtra: true,
        cell: ({ reason }) => <code>{reason}</code>,
        text: ({ reason }) => reason,
      },
      {
        id: 'at',
        header: t('column.found'),
        width: '130px',
        cell: ({ createdAt }) => <Time at={createdAt} />,
        text: ({ createdAt }) => createdAt,
      },
    ],
    [t],
  )
}
