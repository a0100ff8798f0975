import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { NewLinkDialog } from './new-link-dialog.tsx'
import { ShownOnce } from './shown-once.tsx'
import { SetupLinksTable } from './setup-links-table.tsx'

const route = getRouteApi('/$organization/setup-links')

/** Links by which customers' administrators connect their identity provider themselves. */
export function SetupLinksPage() {
  const { t } = useTranslation('setupLinks')
  const can = useCan()
  const { organization } = route.useParams()
  const { new: isNew = false } = route.useSearch()
  const navigate = route.useNavigate()
  const [url, setUrl] = useState<string>()
  const ask = (isOpen: boolean): void => void navigate({ search: isOpen ? { new: true } : {} })
  const mayMake = can('connections:manage') && (can('keys:manage') || can('sign-in:manage'))
  const make = mayMake && (
    <Button variant="filled" leftSection={<icons.plus />} onClick={() => ask(true)}>
      {t('new.open')}
    </Button>
  )
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={make}
        source={{
          route: 'listSetupLinks',
          params: { organization },
          cli: `setup-link list --organization ${organization}`,
        }}
      />
      <SetupLinksTable onUrl={setUrl} />
      {mayMake && (
        <NewLinkDialog
          isOpen={isNew}
          onClose={() => ask(false)}
          onMade={(made) => {
            ask(false)
            setUrl(made)
          }}
        />
      )}
      <ShownOnce url={url} onClose={() => setUrl(undefined)} />
    </Page>
  )
}
