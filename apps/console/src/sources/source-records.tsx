import { Select } from '@mantine/core'
import { Link, getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { Time } from '../ui/time.tsx'
import { RecordPanel } from './record-panel.tsx'
import { RecordSituation } from './record-situation.tsx'
import { situations, toSituation } from './tabs.ts'

const route = getRouteApi('/$organization/sources/$source')

type Entry = EntryOf<'listSourceRecords'>

/** What the source said of everybody, by what became of it. */
export function SourceRecords({ sourceId }: { readonly sourceId: string }) {
  const { t } = useTranslation('sources')
  const { situation, q = '', open } = route.useSearch()
  const navigate = route.useNavigate()
  const columns = useColumns()
  const query = { ...(situation !== undefined && { situation }), ...(q !== '' && { search: q }) }
  const pages = usePages('listSourceRecords', { params: { source: sourceId }, query })
  const show = (anchor: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: anchor }), replace: true })
  const clear = (): void => void navigate({ search: { tab: 'records' }, replace: true })
  return (
    <>
      <FilterBar
        value={q}
        placeholder={t('records.search')}
        onChange={(text) => void navigate({ search: (before) => ({ ...before, q: text.trim() }), replace: true })}
      >
        <Select
          aria-label={t('column.situation')}
          placeholder={t('records.all')}
          clearable
          data={situations.map((value) => ({ value, label: t(`situation.${value}`) }))}
          value={situation ?? null}
          onChange={(value) =>
            void navigate({ search: (before) => ({ ...before, situation: toSituation(value) }), replace: true })
          }
        />
      </FilterBar>
      <DataTable
        name="source-records"
        label={t('tab.records')}
        columns={columns}
        pages={pages}
        idOf={({ anchor }) => anchor}
        openId={open}
        onOpen={({ anchor }) => show(anchor)}
        {...((situation !== undefined || q !== '') && {
          emptyFiltered: <NothingFound title={t('empty.filtered')} clear={t('empty.clear')} onClear={clear} />,
        })}
        empty={
          <EmptyState icon="table" title={t('empty.records')}>
            {t('empty.recordsText')}
          </EmptyState>
        }
      />
      <RecordPanel sourceId={sourceId} anchor={open} onClose={() => show(undefined)} />
    </>
  )
}

function useColumns(): readonly Column<Entry>[] {
  const { t } = useTranslation('sources')
  const organization = useOrganizationSlug()
  return useMemo(
    () => [
      {
        id: 'anchor',
        header: t('column.anchor'),
        width: 'minmax(140px, 1fr)',
        cell: ({ anchor }) => anchor,
        text: ({ anchor }) => anchor,
      },
      {
        id: 'situation',
        header: t('column.situation'),
        width: '200px',
        cell: ({ situation }) => <RecordSituation situation={situation} />,
        text: ({ situation }) => situation,
      },
      {
        id: 'person',
        header: t('column.person'),
        width: '150px',
        cell: ({ personId }) =>
          personId === null ? (
            '–'
          ) : (
            <Link to="/$organization/users/$user" params={{ organization, user: personId }} tabIndex={-1}>
              {t('records.person')}
            </Link>
          ),
        text: ({ personId }) => personId ?? '',
      },
      {
        id: 'place',
        header: t('column.place'),
        width: '140px',
        cell: ({ place }) => place ?? '–',
        text: ({ place }) => place ?? '',
      },
      {
        id: 'wrong',
        header: t('column.wrong'),
        width: 'minmax(160px, 1.4fr)',
        cell: ({ errorDetail }) => <span lang="en">{errorDetail}</span>,
        text: ({ errorDetail }) => errorDetail ?? '',
      },
      {
        id: 'updated',
        header: t('column.updated'),
        width: '140px',
        cell: ({ updatedAt }) => <Time at={updatedAt} />,
        text: ({ updatedAt }) => updatedAt,
      },
    ],
    [t, organization],
  )
}
