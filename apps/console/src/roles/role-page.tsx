import { Button } from '@mantine/core'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { AssignDialog } from './assign-dialog.tsx'
import { NewRoleDialog } from './new-role-dialog.tsx'
import { RoleForm } from './role-form.tsx'
import { useRoleWords, type Role } from './role-words.ts'

const route = getRouteApi('/$organization/roles/$role')

/** One role: what it allows, and the ways to those who have it. */
export function RolePage() {
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  const { organization, role: id } = route.useParams()
  const { data: role, error, refetch } = useRoute('getRole', { params: { role: id } })
  const crumbs = [{ label: t('title'), link: { to: '/$organization/roles', params: { organization } } as const }]
  if (role === undefined)
    return (
      <Page>
        <PageHeader title={t('role')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page>
      <PageHeader
        title={words.name(role)}
        crumbs={crumbs}
        mark={
          <StateChip tone={role.isBuiltIn ? 'quiet' : 'info'} icon={role.isBuiltIn ? 'lock' : 'edit'}>
            {t(role.isBuiltIn ? 'kind.builtIn' : 'kind.own')}
          </StateChip>
        }
        lead={role.isBuiltIn ? words.description(role) : <Ways organization={organization} role={role} />}
        actions={<RoleActs role={role} />}
        source={{
          route: 'getRole',
          params: { organization, role: id },
          cli: `role show --organization ${organization} ${id}`,
          json: role,
        }}
      />
      {role.isBuiltIn && <Ways organization={organization} role={role} />}
      {/* Another role is another form: what was written into this one does not go with it. */}
      <RoleForm key={role.id} role={role} />
    </Page>
  )
}

/** Who has it, and what became of it. */
function Ways({ organization, role }: { readonly organization: string; readonly role: Role }) {
  const { t } = useTranslation('roles')
  const can = useCan()
  return (
    <nav aria-label={t('ways')}>
      <Link to="/$organization/roles" params={{ organization }} search={{ tab: 'assignments', role: role.id }}>
        {t('toPeople')}
      </Link>
      {!role.isBuiltIn && can('audit:read') && (
        <>
          {' · '}
          <Link to="/$organization/audit" params={{ organization }} search={{ q: `target:${role.id}` }}>
            {t('toHistory')}
          </Link>
        </>
      )}
    </nav>
  )
}

function RoleActs({ role }: { readonly role: Role }) {
  const { t } = useTranslation('roles')
  const can = useCan()
  const [asked, ask] = useState<'assign' | 'copy' | 'delete'>()
  const close = (): void => ask(undefined)
  if (!can('roles:manage')) return null
  return (
    <>
      {!role.isBuiltIn && (
        <Button data-danger onClick={() => ask('delete')}>
          {t('delete.action')}
        </Button>
      )}
      <Button onClick={() => ask('copy')}>{t('copy')}</Button>
      <Button variant="filled" leftSection={<icons.plus />} onClick={() => ask('assign')}>
        {t('assign.action')}
      </Button>
      {asked === 'assign' && <AssignDialog role={role.id} onClose={close} />}
      {asked === 'copy' && <NewRoleDialog model={role} onClose={close} />}
      {asked === 'delete' && <DeleteDialog role={role} onClose={close} />}
    </>
  )
}

function DeleteDialog({ role, onClose }: { readonly role: Role; onClose(): void }) {
  const { t } = useTranslation('roles')
  const { organization } = route.useParams()
  const navigate = useNavigate()
  const remove = useChange('deleteRole', { stale: ['listRoles'] })
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('delete.title', { name: role.name })}
      action={t('delete.action')}
      tier="affects"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() =>
        remove.mutate(
          { params: { role: role.id }, ifMatch: `"${role.version}"` },
          { onSuccess: () => void navigate({ to: '/$organization/roles', params: { organization } }) },
        )
      }
    >
      {t('delete.text')}
    </ConfirmDialog>
  )
}
