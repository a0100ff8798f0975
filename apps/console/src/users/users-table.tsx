import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages } from '../api/queries.ts'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { useUserColumns } from './user-columns.tsx'

/** Words or a filter, as the API takes them. */
export type Asked = { readonly search?: string; readonly filter?: string }

type UsersTableProps = {
  readonly state: 'active' | 'suspended' | 'deprovisioned'
  readonly words: string
  readonly asked: Asked
  readonly isDimmed: boolean
  readonly openId: string | undefined
  onOpen(id: string): void
  onClear(): void
}

export function UsersTable({ state, words, asked, isDimmed, openId, onOpen, onClear }: UsersTableProps) {
  const { t } = useTranslation('users')
  const columns = useUserColumns()
  const [count, setCount] = useState<'estimated' | 'exactly'>('estimated')
  const pages = usePages('listPeople', { query: { state, ...asked, include: 'teams,apps,lastSignIn', count } })
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
      {...(words !== '' && {
        emptyFiltered: (
          <NothingFound title={t('empty.filtered', { words })} clear={t('empty.clear')} onClear={onClear} />
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
