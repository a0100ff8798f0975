import {
  countDeliveries,
  getDelivery,
  listDeliveries,
  recoverDeliveries,
  replayMissing,
  resendDelivery,
  testWebhook,
} from '../../../events/deliveries.ts'
import { readDeliveryRequest } from '../../../events/delivery-request.ts'
import { getWithHealth, listWithHealth } from '../../../events/webhook-health.ts'
import { toEventSource } from '../../../events/webhook-body.ts'
import { openVault } from '../../../events/webhook-secret.ts'
import {
  changeWebhook,
  countWebhooks,
  createWebhook,
  deleteWebhook,
  getWebhook,
  rotateWebhook,
  type WebhookTools,
} from '../../../events/webhooks.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { openCursor, sealCursor } from '../cursor.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewDelivery, viewWebhook, viewWithHealth, viewWithSecret } from '../views/webhooks.ts'

type Ids =
  | 'listWebhooks'
  | 'createWebhook'
  | 'getWebhook'
  | 'updateWebhook'
  | 'deleteWebhook'
  | 'rotateWebhook'
  | 'testWebhook'
  | 'recoverWebhook'
  | 'replayWebhook'
  | 'listDeliveries'
  | 'getDelivery'
  | 'getDeliveryRequest'
  | 'resendDelivery'

export const webhookHandlers: Handlers<Ids> = {
  listWebhooks: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    return answerList(context, {
      route: 'listWebhooks',
      query,
      read: (page) => listWithHealth(database, id, { ...page, now: context.call.now }),
      count: () => countWebhooks(database, id),
      view: viewWithHealth,
    })
  },

  createWebhook: async (context, { body }) => {
    const { url, types = [], format = 'standard' } = body
    const command = { url, name: body.name ?? hostOf(url), types, format }
    const request = { organizationId: context.organization.id, command }
    const { webhook, secret } = await createWebhook(await toTools(context), context.call, request)
    const view = viewWithSecret(webhook, secret)
    return { body: view, location: `/api/v1/organizations/${context.organization.slug}/webhooks/${view.id}` }
  },

  getWebhook: async (context, { params }) => {
    const place = { id: toUuid('whk', params.webhook), now: context.call.now }
    const found = await getWithHealth(context.parts.database, context.organization.id, place)
    return { body: viewWithHealth(found), version: found.webhook.version }
  },

  updateWebhook: async (context, { params, body }) => {
    const { database, outboundSender: sender } = context.parts
    const { ifVersion } = context
    const organizationId = context.organization.id
    const id = toUuid('whk', params.webhook)
    const webhook = await changeVersioned({
      ifVersion,
      change: () => changeWebhook({ database, sender }, context.call, { organizationId, id, command: body, ifVersion }),
      readVersion: async () => (await getWebhook(database, organizationId, id)).version,
    })
    return { body: viewWebhook(webhook), version: webhook.version }
  },

  deleteWebhook: async (context, { params }) => {
    const request = { organizationId: context.organization.id, id: toUuid('whk', params.webhook) }
    await deleteWebhook(context.parts.database, context.call, request)
    return { body: undefined }
  },

  rotateWebhook: async (context, { params }) => {
    const request = { organizationId: context.organization.id, id: toUuid('whk', params.webhook) }
    const { webhook, secret } = await rotateWebhook(await toTools(context), context.call, request)
    return { body: viewWithSecret(webhook, secret) }
  },

  testWebhook: async (context, { params }) => ({
    body: viewDelivery(await testWebhook(context.parts.database, context.call, toPlace(context, params))),
  }),

  recoverWebhook: async (context, { params, body }) => {
    const request = { ...toPlace(context, params), since: new Date(body.since) }
    return { body: { count: await recoverDeliveries(context.parts.database, context.call, request) } }
  },

  replayWebhook: async (context, { params, body }) => {
    const { database, encryption } = context.parts
    const place = toPlace(context, params)
    const filters = { webhook: place.webhookId, since: body.since }
    const scope = { route: 'replayWebhook', organizationId: place.organizationId, filters }
    const after = body.cursor === undefined ? undefined : Number(openCursor(encryption, scope, body.cursor))
    const request = { ...place, since: new Date(body.since), after }
    const { count, next } = await replayMissing(database, context.call, request)
    return { body: { count, nextCursor: next === undefined ? null : sealCursor(encryption, scope, String(next)) } }
  },

  listDeliveries: (context, { params, query }) => {
    const { database } = context.parts
    const place = toPlace(context, params)
    const filter = { state: query.state, type: query.type }
    return answerList(context, {
      route: `listDeliveries/${place.webhookId}`,
      query,
      read: (page) => listDeliveries(database, place, { ...page, ...filter }),
      count: () => countDeliveries(database, place, filter),
      view: viewDelivery,
    })
  },

  getDelivery: async (context, { params }) => {
    const place = { ...toPlace(context, params), id: toUuid('dlv', params.delivery) }
    return { body: viewDelivery(await getDelivery(context.parts.database, place)) }
  },

  getDeliveryRequest: async (context, { params }) => {
    const place = { ...toPlace(context, params), id: toUuid('dlv', params.delivery) }
    const source = toEventSource(context.parts.publicUrl(), place.organizationId)
    const { headers, ...request } = await readDeliveryRequest(context.parts.database, place, source)
    return { body: { ...request, headers: { ...headers } } }
  },

  resendDelivery: async (context, { params }) => {
    const place = { ...toPlace(context, params), id: toUuid('dlv', params.delivery) }
    return { body: viewDelivery(await resendDelivery(context.parts.database, context.call, place)) }
  },
}

async function toTools({ parts, call }: CallContext): Promise<WebhookTools> {
  const { database, encryption, outboundSender: sender } = parts
  return { database, sender, vault: await openVault(database, encryption, call.now) }
}

function toPlace(context: CallContext, params: { readonly webhook: string }) {
  return { organizationId: context.organization.id, webhookId: toUuid('whk', params.webhook) }
}

/** What an endpoint is called that nobody gave a name. */
function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url
}
