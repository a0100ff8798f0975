import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { useRoleWords, type Role } from './role-words.ts'

export function RolesTable() {
  const { t } = useTranslation('roles')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  return (
    <DataTable
      name="roles"
      label={t('title')}
      columns={useRoleColumns()}
      pages={usePages('listRoles')}
      idOf={({ id }) => id}
      onOpen={({ id }) => void navigate({ to: '/$organization/roles/$role', params: { organization, role: id } })}
      empty={<EmptyState icon="roles" title={t('empty')} />}
    />
  )
}

function useRoleColumns(): readonly Column<Role>[] {
  const { t } = useTranslation('roles')
  const organization = useOrganizationSlug()
  const words = useRoleWords()
  const formats = useFormats()
  return [
    {
      id: 'name',
      header: t('column.name'),
      width: 'minmax(150px, 1fr)',
      cell: (role) => (
        <Link to="/$organization/roles/$role" params={{ organization, role: role.id }} tabIndex={-1}>
          {words.name(role)}
        </Link>
      ),
      text: ({ name }) => name,
    },
    {
      id: 'kind',
      header: t('column.kind'),
      width: '130px',
      cell: ({ isBuiltIn }) => (
        <StateChip tone={isBuiltIn ? 'quiet' : 'info'} icon={isBuiltIn ? 'lock' : 'edit'}>
          {t(isBuiltIn ? 'kind.builtIn' : 'kind.own')}
        </StateChip>
      ),
      text: ({ isBuiltIn }) => String(isBuiltIn),
    },
    {
      id: 'description',
      header: t('column.description'),
      width: 'minmax(220px, 3fr)',
      cell: (role) => <span title={words.description(role)}>{words.description(role)}</span>,
      text: ({ description }) => description,
    },
    {
      id: 'permissions',
      header: t('column.permissions'),
      width: '110px',
      isNumeric: true,
      cell: ({ permissions }) => formats.number(permissions.length),
      text: ({ permissions }) => permissions.join(' '),
    },
    {
      id: 'updated',
      header: t('column.updated'),
      width: '130px',
      cell: ({ updatedAt }) => <Time at={updatedAt} />,
      text: ({ updatedAt }) => updatedAt ?? '',
    },
  ]
}
