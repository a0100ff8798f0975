import { Button } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'
import { tellOutcome } from '../ui/toast.ts'
import { TeamSource, useTeamSource } from './team-source.tsx'

type Team = EntryOf<'listTeams'>

type TeamsTableProps = { readonly words: string; readonly isDeleted: boolean; onClear(): void }

export function TeamsTable({ words, isDeleted, onClear }: TeamsTableProps) {
  const { t } = useTranslation('teams')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const columns = useTeamColumns(isDeleted)
  const query = { ...(words !== '' && { search: words }), ...(isDeleted ? { deleted: true } : { counts: true }) }
  const pages = usePages('listTeams', { query })
  const kind = isDeleted ? 'deleted' : 'teams'
  return (
    <DataTable
      name={kind}
      label={t('title')}
      columns={columns}
      pages={pages}
      idOf={({ id }) => id}
      {...(!isDeleted && {
        onOpen: ({ id }: Team) =>
          void navigate({ to: '/$organization/teams/$team', params: { organization, team: id } }),
      })}
      {...(words !== '' && {
        emptyFiltered: (
          <NothingFound title={t('empty.filtered', { words })} clear={t('empty.clear')} onClear={onClear} />
        ),
      })}
      empty={
        <EmptyState icon="teams" title={t(`empty.${kind}`)}>
          {t(`empty.${kind}Text`)}
        </EmptyState>
      }
    />
  )
}

function useTeamColumns(isDeleted: boolean): readonly Column<Team>[] {
  const first = useNameColumns(isDeleted)
  const counts = useCountColumns()
  const deletions = useDeletionColumns()
  return [...first, ...(isDeleted ? deletions : counts)]
}

function useNameColumns(isDeleted: boolean): readonly Column<Team>[] {
  const { t } = useTranslation('teams')
  const organization = useOrganizationSlug()
  const sourceOf = useTeamSource()
  return [
    {
      id: 'name',
      header: t('column.name'),
      width: 'minmax(200px, 1.6fr)',
      cell: ({ id, name }) =>
        isDeleted ? (
          name
        ) : (
          <Link to="/$organization/teams/$team" params={{ organization, team: id }} tabIndex={-1}>
            {name}
          </Link>
        ),
      text: ({ name }) => name,
    },
    {
      id: 'handle',
      header: t('column.handle'),
      isExtra: true,
      cell: ({ handle }) => handle,
      text: ({ handle }) => handle,
    },
    {
      id: 'source',
      header: t('column.source'),
      width: 'minmax(180px, 1.2fr)',
      cell: (team) => <TeamSource team={team} />,
      text: (team) => sourceOf(team),
    },
  ]
}

function useCountColumns(): readonly Column<Team>[] {
  const { t } = useTranslation('teams')
  const formats = useFormats()
  return [
    {
      id: 'people',
      header: t('column.people'),
      width: '110px',
      isNumeric: true,
      cell: ({ peopleCount = 0 }) => formats.number(peopleCount),
      text: ({ peopleCount = 0 }) => String(peopleCount),
    },
    {
      id: 'below',
      header: t('column.teams'),
      width: '110px',
      isNumeric: true,
      isExtra: true,
      cell: ({ teamsCount = 0 }) => formats.number(teamsCount),
      text: ({ teamsCount = 0 }) => String(teamsCount),
    },
    {
      id: 'updated',
      header: t('column.updated'),
      width: '140px',
      cell: ({ updatedAt }) => <Time at={updatedAt} />,
      text: ({ updatedAt }) => updatedAt,
    },
  ]
}

function useDeletionColumns(): readonly Column<Team>[] {
  const { t } = useTranslation('teams')
  return [
    {
      id: 'deleted',
      header: t('column.deleted'),
      width: '140px',
      cell: ({ deletedAt }) => <Time at={deletedAt} />,
      text: ({ deletedAt }) => deletedAt ?? '',
    },
    { id: 'restore', header: t('column.acts'), width: '130px', cell: (team) => <Restore team={team} /> },
  ]
}

function Restore({ team }: { readonly team: Team }) {
  const { t } = useTranslation('teams')
  const can = useCan()
  const restore = useChange('restoreTeam', { stale: ['listTeams'] })
  if (!can('teams:manage')) return null
  return (
    <Button
      size="compact-sm"
      loading={restore.isPending}
      onClick={() =>
        tellOutcome(restore.mutateAsync({ params: { team: team.id } }), () => t('restored', { name: team.name }))
      }
    >
      {t('restore')}
    </Button>
  )
}
