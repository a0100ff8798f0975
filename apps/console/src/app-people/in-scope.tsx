import { Select } from '@mantine/core'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { ObjectLink } from './object-link.tsx'
import { kinds, linkStates, type PeopleSearch } from './people-search.ts'
import styles from './people.module.css'

const route = getRouteApi('/$organization/apps/$app/people')

type Entry = EntryOf<'listAppLinks'>

/** Who should have an account, and how it stands with each; a row leads to the answer to “why?”. */
export function InScope({ app }: { readonly app: string }) {
  const { t } = useTranslation('appPeople')
  const organization = useOrganizationSlug()
  const { q = '', kind, state } = route.useSearch()
  const navigate = route.useNavigate()
  const leave = useNavigate()
  const isFiltered = q !== '' || kind !== undefined || state !== undefined
  const filters = {
    ...(q !== '' && { search: q }),
    ...(kind !== undefined && { kind }),
    // Who has left scope is found by the state of his account.
    ...(state === undefined ? { inScope: 'true' as const } : { state }),
  }
  const pages = usePages('listAppLinks', { params: { app }, query: filters })
  const columns = useColumns()
  return (
    <>
      <ScopeFilters />
      <div className={styles.table}>
        <DataTable
          name="app-links"
          label={t('view.scope')}
          columns={columns}
          pages={pages}
          idOf={({ object }) => object.id}
          onOpen={({ object }) =>
            void leave({
              to: '/$organization/provision',
              params: { organization },
              search: { app, objects: [object.id], mode: 'why' },
            })
          }
          {...(isFiltered && {
            emptyFiltered: (
              <NothingFound
                title={t('empty.filtered')}
                clear={t('clearFilters')}
                onClear={() => void navigate({ search: { view: 'scope' }, replace: true })}
              />
            ),
          })}
          empty={
            <EmptyState icon="users" title={t('empty.scope')}>
              {t('empty.scopeText')}
            </EmptyState>
          }
        />
      </div>
    </>
  )
}

function ScopeFilters() {
  const { t } = useTranslation('appPeople')
  const { q = '', kind, state } = route.useSearch()
  const navigate = route.useNavigate()
  const set = (change: PeopleSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  return (
    <FilterBar
      value={q}
      placeholder={t('search')}
      onChange={(words) => void navigate({ search: (before) => ({ ...before, q: words || undefined }), replace: true })}
    >
      <Select
        className={styles.filter ?? ''}
        aria-label={t('column.kind')}
        placeholder={t('anyKind')}
        clearable
        data={kinds.map((value) => ({ value, label: t(`kinds.${value}`) }))}
        value={kind ?? null}
        onChange={(value) => set({ kind: kinds.find((each) => each === value) })}
      />
      <Select
        className={styles.filter ?? ''}
        aria-label={t('column.account')}
        placeholder={t('inScope')}
        clearable
        data={linkStates.map((value) => ({ value, label: t(`link.${value}`) }))}
        value={state ?? null}
        onChange={(value) => set({ state: linkStates.find((each) => each === value) })}
      />
    </FilterBar>
  )
}

const tones: { readonly [state in Entry['state']]: Tone } = {
  linked: 'good',
  unlinked: 'info',
  disabled: 'quiet',
  dead: 'quiet',
  ignored: 'warn',
}

function useColumns(): readonly Column<Entry>[] {
  const { t } = useTranslation('appPeople')
  return [
    {
      id: 'name',
      header: t('column.name'),
      width: 'minmax(180px, 1.4fr)',
      cell: ({ object }) => <ObjectLink kind={object.kind} id={object.id} name={object.name ?? object.id} />,
      text: ({ object }) => object.name ?? object.id,
    },
    {
      id: 'account',
      header: t('column.account'),
      width: '170px',
      cell: ({ state }) => <StateChip tone={tones[state]}>{t(`link.${state}`)}</StateChip>,
      text: ({ state }) => state,
    },
    {
      id: 'next',
      header: t('column.next'),
      width: 'minmax(150px, 1fr)',
      cell: ({ failure, work }) => {
        if (failure !== null) return <StateChip tone="bad">{failure.code}</StateChip>
        return work === null ? '–' : t(`work.${work.stage}`)
      },
      text: ({ failure, work }) => failure?.code ?? work?.stage ?? '',
    },
    {
      id: 'key',
      header: t('column.key'),
      width: 'minmax(140px, 1fr)',
      cell: ({ targetKey }) => (targetKey === null ? '–' : <code>{targetKey}</code>),
      text: ({ targetKey }) => targetKey ?? '',
    },
    {
      id: 'applied',
      header: t('column.applied'),
      width: '140px',
      cell: ({ appliedAt }) => <Time at={appliedAt} />,
      text: ({ appliedAt }) => appliedAt ?? '',
    },
  ]
}
