import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader, type PageSource } from '../ui/page-header.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { AssignDialog } from './assign-dialog.tsx'
import { AssignmentsTable } from './assignments-table.tsx'
import { MappingDialog } from './mapping-dialog.tsx'
import { Mappings } from './mappings.tsx'
import { NewRoleDialog } from './new-role-dialog.tsx'
import { RoleMatrix } from './role-matrix.tsx'
import { RolesTable } from './roles-table.tsx'
import { rolesTabs, type RolesTab } from './tabs.ts'

const route = getRouteApi('/$organization/roles')

/** What there is to give, who has it, and which groups give it. */
export function RolesPage() {
  const { t } = useTranslation('roles')
  const { organization } = route.useParams()
  const { tab = 'roles', role } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <Page isFull={tab === 'roles' || tab === 'assignments'}>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={<Acts tab={tab} />}
        source={sourceOf(tab, organization)}
      />
      <Tabs
        label={t('title')}
        tabs={rolesTabs.map((name) => ({
          label: t(`tab.${name}`),
          isActive: name === tab,
          link: { to: '/$organization/roles', params: { organization }, search: name === 'roles' ? {} : { tab: name } },
        }))}
      />
      {tab === 'roles' && <RolesTable />}
      {tab === 'matrix' && <RoleMatrix />}
      {tab === 'assignments' && (
        <AssignmentsTable
          role={role}
          onRole={(next) => void navigate({ search: (before) => ({ ...before, role: next }), replace: true })}
        />
      )}
      {tab === 'mappings' && <Mappings />}
    </Page>
  )
}

/** What can be made on this tab. */
function Acts({ tab }: { readonly tab: RolesTab }) {
  const { t } = useTranslation('roles')
  const can = useCan()
  const [isOpen, setOpen] = useState(false)
  const close = (): void => setOpen(false)
  if (!can('roles:manage')) return null
  const isAssigning = tab === 'assignments'
  const isMapping = tab === 'mappings'
  return (
    <>
      <Button variant="filled" leftSection={<icons.plus />} onClick={() => setOpen(true)}>
        {t(isAssigning ? 'assign.action' : isMapping ? 'mapping.action' : 'new.action')}
      </Button>
      {isOpen && isAssigning && <AssignDialog onClose={close} />}
      {isOpen && isMapping && <MappingDialog onClose={close} />}
      {isOpen && !isAssigning && !isMapping && <NewRoleDialog onClose={close} />}
    </>
  )
}

function sourceOf(tab: RolesTab, organization: string): PageSource {
  const params = { organization }
  switch (tab) {
    case 'assignments':
      return { route: 'listRoleAssignments', params, cli: `role holders --organization ${organization}` }
    case 'mappings':
      return { route: 'listRoleMappings', params, cli: `role-mapping list --organization ${organization}` }
    default:
      return { route: 'listRoles', params, cli: `role list --organization ${organization}` }
  }
}
