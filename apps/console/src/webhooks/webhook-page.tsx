import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { CopyBox } from '../ui/copy.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { DeliveriesTab } from './deliveries-tab.tsx'
import { DeliveryPanel } from './delivery-panel.tsx'
import { WebhookActs } from './webhook-acts.tsx'
import { WebhookBanner } from './webhook-banner.tsx'
import { WebhookFigures } from './webhook-figures.tsx'
import { WebhookSettings } from './webhook-settings.tsx'
import { WebhookState } from './webhook-state.tsx'

const route = getRouteApi('/$organization/webhooks/$webhook')
const refreshMs = 5_000

/** One endpoint: how it is, what was sent and what came back, its settings. */
export function WebhookPage() {
  const { t } = useTranslation('webhooks')
  const { organization, webhook: id } = route.useParams()
  const { tab, open } = route.useSearch()
  const navigate = route.useNavigate()
  const asked = useRoute('getWebhook', { params: { webhook: id } }, { refetchInterval: refreshMs })
  const { data: webhook, error, refetch } = asked
  const place = { to: '/$organization/webhooks/$webhook', params: { organization, webhook: id } } as const
  const crumbs = [{ label: t('title'), link: { to: '/$organization/webhooks', params: { organization } } as const }]
  const show = (delivery: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: delivery }) })
  if (webhook === undefined)
    return (
      <Page>
        <PageHeader title={t('webhook')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page isFull={tab === undefined}>
      <PageHeader
        title={webhook.name}
        crumbs={crumbs}
        mark={<WebhookState of={webhook} />}
        lead={<CopyBox value={webhook.url} />}
        actions={<WebhookActs webhook={webhook} onShow={show} />}
        source={{
          route: 'getWebhook',
          params: { organization, webhook: id },
          cli: `webhook show --organization ${organization} ${id}`,
          json: webhook,
        }}
      />
      <WebhookBanner webhook={webhook} />
      <WebhookFigures webhook={webhook} />
      <Tabs
        label={t('webhook')}
        tabs={[
          { label: t('tab.messages'), isActive: tab === undefined, link: place },
          { label: t('tab.settings'), isActive: tab === 'settings', link: { ...place, search: { tab: 'settings' } } },
        ]}
      />
      {tab === 'settings' ? (
        <WebhookSettings key={webhook.id} webhook={webhook} />
      ) : (
        <DeliveriesTab webhook={webhook} openId={open} onOpen={show} />
      )}
      <DeliveryPanel webhook={webhook} id={open} onClose={() => show(undefined)} />
    </Page>
  )
}
