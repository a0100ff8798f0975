import { Button, Select } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages, useRoute, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { icons } from '../ui/icons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { AssignDialog } from './assign-dialog.tsx'
import { ObjectLink } from './object-link.tsx'
import { kinds } from './people-search.ts'
import { Unassign } from './unassign.tsx'
import styles from './people.module.css'

const route = getRouteApi('/$organization/apps/$app/people')

/** Who was assigned, and by whom; more are added, and assignments end here. */
export function Assigned({ app }: { readonly app: string }) {
  const { t } = useTranslation('appPeople')
  const { q = '', kind } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan()
  const [isAdding, add] = useState(false)
  const [picked, pick] = useState<ReadonlySet<string>>(new Set())
  const query = { ...(q !== '' && { search: q }), ...(kind !== undefined && { kind }) }
  const pages = usePages('listAppAssignments', { params: { app }, query })
  const columns = useColumns()
  const mayChange = can('apps:manage')
  const isFiltered = q !== '' || kind !== undefined
  const clear = (): void => void navigate({ search: {}, replace: true })
  return (
    <>
      <Everyone app={app} />
      <FilterBar
        value={q}
        placeholder={t('search')}
        onChange={(words) =>
          void navigate({ search: (before) => ({ ...before, q: words || undefined }), replace: true })
        }
      >
        <Select
          className={styles.filter ?? ''}
          aria-label={t('column.kind')}
          placeholder={t('anyKind')}
          clearable
          data={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
          value={kind ?? null}
          onChange={(value) =>
            void navigate({
              search: (before) => ({ ...before, kind: kinds.find((each) => each === value) }),
              replace: true,
            })
          }
        />
        {mayChange && (
          <Button leftSection={<icons.plus size={16} />} onClick={() => add(true)}>
            {t('assign')}
          </Button>
        )}
      </FilterBar>
      <div className={styles.table}>
        <DataTable
          name="app-assignments"
          label={t('view.assigned')}
          columns={columns}
          pages={pages}
          idOf={({ id }) => id}
          {...(mayChange && { selection: { ids: picked, change: pick } })}
          tools={picked.size > 0 && <Unassign app={app} ids={[...picked]} onDone={() => pick(new Set())} />}
          {...(isFiltered && {
            emptyFiltered: <NothingFound title={t('empty.filtered')} clear={t('clearFilters')} onClear={clear} />,
          })}
          empty={
            <EmptyState icon="users" title={t('empty.assigned')}>
              {t('empty.assignedText')}
            </EmptyState>
          }
        />
      </div>
      <AssignDialog app={app} isOpen={isAdding} onClose={() => add(false)} />
    </>
  )
}

/** Where the rules take everybody, a list of some decides nothing. */
function Everyone({ app: id }: { readonly app: string }) {
  const { t } = useTranslation('appPeople')
  const organization = useOrganizationSlug()
  const { data: app } = useRoute('getApp', { params: { app: id } })
  const isLive = (app?.liveRevision ?? null) !== null
  const values = { params: { app: id }, query: { revision: 'live' } } as const
  const { data } = useRoute('getAppRules', values, { enabled: isLive })
  if (data?.rules.assignment !== 'everyone') return null
  return (
    <p className={styles.facts}>
      <StateChip tone="info">{t('everyone')}</StateChip>
      <span>{t('everyoneText')}</span>
      <Link to="/$organization/apps/$app/rules" params={{ organization, app: id }} search={{ tab: 'scope' }}>
        {t('toScope')}
      </Link>
    </p>
  )
}

function useColumns(): readonly Column<EntryOf<'listAppAssignments'>>[] {
  const { t } = useTranslation('appPeople')
  return [
    {
      id: 'name',
      header: t('column.name'),
      width: 'minmax(180px, 1.6fr)',
      cell: (row) => <ObjectLink {...row} />,
      text: ({ name }) => name,
    },
    {
      id: 'kind',
      header: t('column.kind'),
      width: '130px',
      cell: ({ kind }) => t(`kinds.${kind}`),
      text: ({ kind }) => kind,
    },
    {
      id: 'by',
      header: t('column.by'),
      width: 'minmax(140px, 1fr)',
      cell: ({ assignedBy }) => assignedBy,
      text: ({ assignedBy }) => assignedBy,
    },
    {
      id: 'at',
      header: t('column.since'),
      width: '150px',
      cell: ({ assignedAt }) => <Time at={assignedAt} />,
      text: ({ assignedAt }) => assignedAt,
    },
  ]
}
