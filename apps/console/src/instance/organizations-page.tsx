import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { InviteOwnerDialog } from './invite-owner-dialog.tsx'
import { NewOrganizationDialog } from './new-organization-dialog.tsx'
import { OrganizationsTable } from './organizations-table.tsx'
import { OwnerLink } from './owner-link.tsx'

const route = getRouteApi('/$organization/instance/organizations')

/** Every organization of the server, for whoever runs it. */
export function OrganizationsPage() {
  const { t } = useTranslation('instance')
  const { new: isNew = false } = route.useSearch()
  const navigate = route.useNavigate()
  const [invited, setInvited] = useState<string>()
  const [url, setUrl] = useState<string>()
  const ask = (isOpen: boolean): void => void navigate({ search: isOpen ? { new: true } : {} })
  return (
    <Page isFull>
      <PageHeader
        title={t('organizations.title')}
        lead={t('organizations.lead')}
        actions={
          <Button variant="filled" leftSection={<icons.plus />} onClick={() => ask(true)}>
            {t('organizations.new')}
          </Button>
        }
        source={{ route: 'listInstanceOrganizations', cli: 'instance organizations' }}
      />
      <OrganizationsTable onInvite={setInvited} />
      <NewOrganizationDialog
        isOpen={isNew}
        onClose={() => ask(false)}
        onMade={(link) => {
          ask(false)
          setUrl(link)
        }}
      />
      <InviteOwnerDialog
        slug={invited}
        onClose={() => setInvited(undefined)}
        onMade={(link) => {
          setInvited(undefined)
          setUrl(link)
        }}
      />
      <OwnerLink url={url} onClose={() => setUrl(undefined)} />
    </Page>
  )
}
