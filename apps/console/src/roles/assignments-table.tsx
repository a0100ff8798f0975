import { Button, Select } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { useRoleWords } from './role-words.ts'
import { TakeDialog, type Assignment } from './take-dialog.tsx'
import { useRoles } from './use-roles.ts'

type AssignmentsProps = { readonly role: string | undefined; onRole(role: string | undefined): void }

/** Who has which role, who gave it; what was given by hand is taken back here. */
export function AssignmentsTable({ role, onRole }: AssignmentsProps) {
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  const { roles } = useRoles()
  const [taking, take] = useState<Assignment>()
  const columns = useColumns(take)
  return (
    <>
      <Select
        aria-label={t('filterRole')}
        placeholder={t('allRoles')}
        clearable
        clearButtonProps={{ 'aria-label': t('clearRole') }}
        w={260}
        data={roles.map((each) => ({ value: each.id, label: words.name(each) }))}
        value={role ?? null}
        onChange={(value) => onRole(value ?? undefined)}
      />
      <DataTable
        name="role-assignments"
        label={t('tab.assignments')}
        columns={columns}
        pages={usePages('listRoleAssignments', { query: role === undefined ? {} : { role } })}
        idOf={keyOf}
        {...(role !== undefined && {
          emptyFiltered: (
            <NothingFound title={t('nobodyHas')} clear={t('clearRole')} onClear={() => onRole(undefined)} />
          ),
        })}
        empty={
          <EmptyState icon="roles" title={t('nobody')}>
            {t('nobodyText')}
          </EmptyState>
        }
      />
      {taking !== undefined && <TakeDialog assignment={taking} onClose={() => take(undefined)} />}
    </>
  )
}

function keyOf({ subject, role, source, sourceId, team }: Assignment): string {
  return [subject.id, role.id, source, sourceId ?? '', team ?? ''].join(' ')
}

function useColumns(onTake: (assignment: Assignment) => void): readonly Column<Assignment>[] {
  const { t } = useTranslation('roles')
  const can = useCan()
  const words = useRoleWords()
  return [
    {
      id: 'name',
      header: t('column.who'),
      width: 'minmax(160px, 1.3fr)',
      cell: ({ subject }) => <Subject subject={subject} />,
      text: ({ subject }) => subject.name ?? subject.id,
    },
    {
      id: 'role',
      header: t('role'),
      width: 'minmax(130px, 1fr)',
      cell: ({ role }) => words.name(role),
      text: ({ role }) => role.name,
    },
    {
      id: 'team',
      header: t('column.reach'),
      width: '130px',
      cell: ({ team }) => <Reach team={team} />,
      text: ({ team }) => team ?? '',
    },
    {
      id: 'source',
      header: t('column.source'),
      width: 'minmax(140px, 1fr)',
      cell: ({ source, isEffective }) =>
        isEffective ? t(`source.${source}`) : <StateChip tone="warn">{t('notEffective')}</StateChip>,
      text: ({ source }) => source,
    },
    {
      id: 'granted',
      header: t('column.granted'),
      width: '130px',
      cell: ({ grantedAt }) => <Time at={grantedAt} />,
      text: ({ grantedAt }) => grantedAt,
    },
    ...(can('roles:manage') ? [takeColumn(t, words, onTake)] : []),
  ]
}

function takeColumn(
  t: ReturnType<typeof useTranslation<'roles'>>['t'],
  words: ReturnType<typeof useRoleWords>,
  onTake: (assignment: Assignment) => void,
): Column<Assignment> {
  return {
    id: 'acts',
    header: t('column.acts'),
    width: '120px',
    cell: (assignment) =>
      assignment.source === 'local' && (
        <Button
          size="compact-xs"
          data-danger
          aria-label={t('take.one', {
            role: words.name(assignment.role),
            name: assignment.subject.name ?? assignment.subject.id,
          })}
          onClick={() => onTake(assignment)}
        >
          {t('take.action')}
        </Button>
      ),
  }
}

function Subject({ subject }: { readonly subject: Assignment['subject'] }) {
  const organization = useOrganizationSlug()
  const { kind, id, name } = subject
  if (kind === 'serviceAccount')
    return (
      <Link to="/$organization/service-accounts/$account" params={{ organization, account: id }}>
        {name ?? id}
      </Link>
    )
  return (
    <Link to="/$organization/users/$user" params={{ organization, user: id }}>
      {name ?? id}
    </Link>
  )
}

function Reach({ team }: { readonly team: string | null }) {
  const { t } = useTranslation('roles')
  const organization = useOrganizationSlug()
  if (team === null) return t('everywhere')
  return (
    <Link to="/$organization/teams/$team" params={{ organization, team }}>
      {t('oneTeam')}
    </Link>
  )
}
