import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { EventCatalog } from './event-catalog.tsx'
import { NewWebhookDialog } from './new-webhook-dialog.tsx'
import { WebhookSecret, type ShownSecret } from './webhook-secret.tsx'
import { WebhooksTable } from './webhooks-table.tsx'

const route = getRouteApi('/$organization/webhooks')

/** Endpoints that are told of events, and the events that there are. */
export function WebhooksPage() {
  const { t } = useTranslation('webhooks')
  const { organization } = route.useParams()
  const { tab, q = '', type, new: isMaking = false } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan()
  const [shown, setShown] = useState<ShownSecret>()
  const make = (isOpen: boolean): void => void navigate({ search: isOpen ? { new: true } : {} })
  const makeButton = can('webhooks:manage') && can('events:read') && (
    <Button variant="filled" leftSection={<icons.plus />} onClick={() => make(true)}>
      {t('new.action')}
    </Button>
  )
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={makeButton}
        source={
          tab === 'catalog'
            ? { route: 'listEventTypes', cli: 'event types' }
            : { route: 'listWebhooks', params: { organization }, cli: `webhook list --organization ${organization}` }
        }
      />
      <Tabs
        label={t('tabs')}
        tabs={[
          {
            label: t('tab.endpoints'),
            isActive: tab === undefined,
            link: { to: '/$organization/webhooks', params: { organization } },
          },
          {
            label: t('tab.catalog'),
            isActive: tab === 'catalog',
            link: { to: '/$organization/webhooks', params: { organization }, search: { tab: 'catalog' } },
          },
        ]}
      />
      {tab === 'catalog' ? (
        <EventCatalog
          words={q}
          openType={type}
          onWords={(text) => void navigate({ search: { tab, q: text.trim() }, replace: true })}
          onOpen={(name) => void navigate({ search: (before) => ({ ...before, type: name }) })}
        />
      ) : (
        <WebhooksTable makeButton={makeButton} />
      )}
      <NewWebhookDialog
        isOpen={isMaking}
        onClose={() => make(false)}
        onMade={({ id, name, secret: { value } }) => setShown({ id, name, value })}
      />
      <WebhookSecret
        shown={shown}
        onClose={() => {
          const id = shown?.id ?? ''
          setShown(undefined)
          void navigate({ to: '/$organization/webhooks/$webhook', params: { organization, webhook: id } })
        }}
      />
    </Page>
  )
}
