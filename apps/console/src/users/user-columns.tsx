import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, type EntryOf } from '../api/queries.ts'
import type { Column } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'
import { UserState } from './user-state.tsx'
import { nameOf } from './name-of.ts'

type Person = EntryOf<'listPeople'>

export function useUserColumns(): readonly Column<Person>[] {
  const { t } = useTranslation('users')
  const organization = useOrganizationSlug()
  return useMemo(() => [...whoColumns(t, organization), ...aboutColumns(t)], [t, organization])
}

function whoColumns(t: TFunction<'users'>, organization: string): readonly Column<Person>[] {
  return [
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
  ]
}

function aboutColumns(t: TFunction<'users'>): readonly Column<Person>[] {
  return [
    {
      id: 'source',
      header: t('column.source'),
      cell: ({ connection }) => connection?.name ?? t('source.none'),
      text: ({ connection }) => connection?.name ?? '',
    },
    {
      id: 'teams',
      header: t('teams'),
      width: 'minmax(120px, 1.1fr)',
      cell: ({ teams }) => <TeamNames teams={teams} />,
      text: ({ teams }) => teams?.first.map(({ name }) => name).join(', ') ?? '',
    },
    {
      id: 'apps',
      header: t('column.apps'),
      width: '104px',
      cell: ({ apps }) => (apps === undefined || apps.total === 0 ? '–' : `${apps.ok} / ${apps.total}`),
      text: ({ apps }) => (apps === undefined ? '' : `${apps.ok}/${apps.total}`),
    },
    {
      id: 'lastSignIn',
      header: t('column.lastSignIn'),
      width: '160px',
      cell: ({ lastSignInAt }) => <Time at={lastSignInAt} />,
      text: ({ lastSignInAt }) => lastSignInAt ?? '',
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
      width: '132px',
      cell: ({ updatedAt }) => <Time at={updatedAt} />,
      text: ({ updatedAt }) => updatedAt,
    },
  ]
}

function TeamNames({ teams }: { readonly teams: Person['teams'] }) {
  if (teams === undefined || teams.count === 0) return '–'
  const more = teams.count - teams.first.length
  return `${teams.first.map(({ name }) => name).join(', ')}${more > 0 ? ` +${more}` : ''}`
}
