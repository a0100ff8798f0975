import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { organizationRoute } from '../app/organization-route.tsx'
import { toWebhookSearch, toWebhooksSearch } from './search.ts'

export const webhooksRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/webhooks',
  staticData: { needs: 'webhooks:read' },
  validateSearch: toWebhooksSearch,
  component: lazyRouteComponent(() => import('./webhooks-page.tsx'), 'WebhooksPage'),
})

export const webhookRoute = createRoute({
  getParentRoute: () => organizationRoute,
  path: '/webhooks/$webhook',
  staticData: { needs: 'webhooks:read' },
  validateSearch: toWebhookSearch,
  component: lazyRouteComponent(() => import('./webhook-page.tsx'), 'WebhookPage'),
})
