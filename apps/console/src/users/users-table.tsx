import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'
import { UserState } from './user-state.tsx'

type Person = EntryOf<'listPeople'>

type UsersTableProps = {
  readonly state: 'active' | 'suspended' | 'deprovisioned'
  readonly words: string
  readonly openId: string | undefined
  onOpen(id: string): void
  onClear(): void
}

export function UsersTable({ state, words, openId, onOpen, onClear }: UsersTableProps) {
  const { t } = useTranslation('users')
  const columns = useUserColumns()
  const pages = usePages('listPeople', { query: { state, ...(words !== '' && { search: words }) } })
  return (
    <DataTable
      name="users"
      label={t('title')}
      columns={columns}
      pages={pages}
      idOf={({ id }) => id}
      openId={openId}
      onOpen={({ id }) => onOpen(id)}
      {...(words !== '' && {
        emptyFiltered: (
          <EmptyState
            icon="search"
            title={t('empty.filtered', { words })}
            actions={<Button onClick={onClear}>{t('empty.clear')}</Button>}
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

function useUserColumns(): readonly Column<Person>[] {
  const { t } = useTranslation('users')
  const organization = useOrganizationSlug()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(180px, 1.4fr)',
        cell: (person) => (
          <Link to="/$organization/users/$user" params={{ organization, user: person.id }} tabIndex={-1}>
            {nameOf(person)}
          </Link>
        ),
        text: nameOf,
      },
      {
        id: 'userName',
        header: t('column.userName'),
        width: 'minmax(180px, 1.4fr)',
        cell: ({ userName }) => userName ?? '–',
        text: ({ userName }) => userName ?? '',
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '140px',
        cell: ({ state }) => <UserState state={state} />,
        text: ({ state }) => state,
      },
      {
        id: 'source',
        header: t('column.source'),
        cell: ({ connection }) => connection?.name ?? t('source.none'),
        text: ({ connection }) => connection?.name ?? '',
      },
      {
        id: 'email',
        header: t('column.email'),
        width: 'minmax(180px, 1.2fr)',
        isExtra: true,
        cell: ({ email }) => email ?? '–',
        text: ({ email }) => email ?? '',
      },
      {
        id: 'created',
        header: t('column.created'),
        width: '140px',
        isExtra: true,
        cell: ({ createdAt }) => <Time at={createdAt} />,
        text: ({ createdAt }) => createdAt,
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

/** What people call somebody; of whom nobody may know more, the id. */
export function nameOf({ displayName, userName, id }: Pick<Person, 'displayName' | 'userName' | 'id'>): string {
  return displayName ?? userName ?? id
}
