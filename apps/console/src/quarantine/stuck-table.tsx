import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'

/** Who is stuck for one reason; a row leads to the answer to “why not?”. */
export function StuckTable({ app, reason }: { readonly app: string; readonly reason: string }) {
  const { t } = useTranslation('quarantine')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const columns = useStuckColumns()
  const pages = usePages('listAppEscrow', { params: { app }, query: { reason } })
  return (
    <DataTable
      name="escrow"
      label={t('tab.stuck')}
      pages={pages}
      idOf={({ id }) => id}
      onOpen={({ id }) =>
        void navigate({
          to: '/$organization/provision',
          params: { organization },
          search: { app, objects: [id], mode: 'why' },
        })
      }
      columns={columns}
      empty={<EmptyState icon="good" title={t('empty.stuck')} />}
    />
  )
}

function useStuckColumns(): readonly Column<EntryOf<'listAppEscrow'>>[] {
  const { t } = useTranslation('quarantine')
  const formats = useFormats()
  return [
    {
      id: 'name',
      header: t('column.name'),
      width: 'minmax(160px, 1fr)',
      cell: ({ name, id }) => name ?? id,
      text: ({ name, id }) => name ?? id,
    },
    {
      id: 'detail',
      header: t('column.detail'),
      width: 'minmax(200px, 2fr)',
      cell: ({ detail }) => detail ?? '–',
      text: ({ detail }) => detail ?? '',
    },
    {
      id: 'attempts',
      header: t('column.attempts'),
      width: '90px',
      isNumeric: true,
      cell: ({ attempts }) => formats.number(attempts),
      text: ({ attempts }) => String(attempts),
    },
    {
      id: 'next',
      header: t('nextTry'),
      width: '150px',
      cell: ({ nextAttemptAt }) => (nextAttemptAt === null ? t('givenUp') : <Time at={nextAttemptAt} />),
      text: ({ nextAttemptAt }) => nextAttemptAt ?? '',
    },
  ]
}
