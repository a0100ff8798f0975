import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePolling } from '../api/live.ts'
import { useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'
import { ReadState } from './states.tsx'

type Entry = EntryOf<'listSourceReads'>

/** Reads of a source, newest first. */
export function ReadsTable({ sourceId }: { readonly sourceId: string }) {
  const { t } = useTranslation('sources')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const refetchInterval = usePolling(true)
  const pages = usePages('listSourceReads', { params: { source: sourceId } }, { refetchInterval })
  const columns = useColumns()
  return (
    <DataTable
      name="source-reads"
      label={t('tab.runs')}
      columns={columns}
      pages={pages}
      idOf={({ id }) => id}
      onOpen={({ id }) =>
        void navigate({ to: '/$organization/source-reads/$read', params: { organization, read: id } })
      }
      empty={
        <EmptyState icon="runs" title={t('empty.reads')}>
          {t('empty.readsText')}
        </EmptyState>
      }
    />
  )
}

function useColumns(): readonly Column<Entry>[] {
  const { t } = useTranslation('sources')
  const organization = useOrganizationSlug()
  const formats = useFormats()
  return useMemo(() => {
    const number = (name: 'read' | 'changed' | 'absent' | 'bad'): Column<Entry> => ({
      id: name,
      header: t(`column.${name}`),
      width: '100px',
      isNumeric: true,
      cell: ({ counts }) => formats.number(counts[name]),
      text: ({ counts }) => String(counts[name]),
    })
    return [
      {
        id: 'started',
        header: t('column.started'),
        width: '150px',
        cell: ({ id, startedAt }) => (
          <Link to="/$organization/source-reads/$read" params={{ organization, read: id }} tabIndex={-1}>
            <Time at={startedAt} />
          </Link>
        ),
        text: ({ startedAt }) => startedAt,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '160px',
        cell: (read) => <ReadState read={read} />,
        text: ({ state }) => state,
      },
      {
        id: 'mode',
        header: t('column.mode'),
        width: '150px',
        cell: ({ mode }) => t(`mode.${mode}`),
        text: ({ mode }) => mode,
      },
      number('read'),
      number('changed'),
      number('absent'),
      number('bad'),
      {
        id: 'by',
        header: t('column.startedBy'),
        width: 'minmax(140px, 1fr)',
        cell: ({ startedBy }) => startedBy,
        text: ({ startedBy }) => startedBy,
      },
    ]
  }, [t, organization, formats])
}
