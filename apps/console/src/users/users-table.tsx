import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { BulkActs } from './bulk-acts.tsx'
import { usePeopleSelection } from './selection.ts'
import { useUserColumns } from './user-columns.tsx'

/** Words or a filter, and who manages them or which team has them, as the API takes them. */
export type Asked = {
  readonly search?: string
  readonly filter?: string
  readonly connection?: string
  readonly team?: string
}

type UsersTableProps = {
  readonly state: 'active' | 'suspended' | 'deprovisioned'
  readonly words: string
  readonly asked: Asked
  readonly isDimmed: boolean
  readonly openId: string | undefined
  onOpen(id: string): void
  onClear(): void
  onStarted(run: string): void
}

export function UsersTable(props: UsersTableProps) {
  const { state, words, asked, isDimmed, openId, onOpen, onClear, onStarted } = props
  const { t } = useTranslation('users')
  const can = useCan()
  const columns = useUserColumns()
  const [count, setCount] = useState<'estimated' | 'exactly'>('estimated')
  const filters = { state, ...asked }
  const pages = usePages('listPeople', { query: { ...filters, include: 'teams,apps,lastSignIn', count } })
  const total = pages.count ?? { value: pages.rows.length, exact: !pages.query.hasNextPage }
  const loaded = pages.rows.map(({ id }) => id)
  const selection = usePeopleSelection({ filters, loaded, total: total.value })
  const canSelect = can('people:manage') && state !== 'deprovisioned'
  const isNarrowed = Object.keys(asked).length > 0
  return (
    <DataTable
      name="users"
      label={t('title')}
      columns={columns}
      pages={pages}
      isDimmed={isDimmed}
      onCountExactly={() => setCount('exactly')}
      idOf={({ id }) => id}
      openId={openId}
      onOpen={({ id }) => onOpen(id)}
      {...(canSelect && {
        selection: { ids: selection.ids, change: selection.change, count: selection.count },
        tools: (
          <BulkActs selection={selection} state={state} total={total} loaded={loaded.length} onStarted={onStarted} />
        ),
      })}
      {...(isNarrowed && {
        emptyFiltered: (
          <NothingFound
            title={words === '' ? t('empty.narrowed') : t('empty.filtered', { words })}
            clear={t('empty.clear')}
            onClear={onClear}
          />
        ),
      })}
      empty={
        <EmptyState icon="users" title={t(`empty.${state}`)}>
          {t(`empty.${state}Text`)}
        </EmptyState>
      }
    />
  )
}
