import { z } from 'zod'
import { eventFilter } from './events.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { displayName, idOf, instant, limits, namesChange, pageOf, pageQuery, version } from './values.ts'

const url = z
  .string()
  .trim()
  .max(2_000)
  .regex(/^https?:\/\/[^\s]+$/, 'Expected an https address')
  .describe('https; plain http only for addresses that ROLLCALL_OUTBOUND_ALLOW names')
  .meta({ examples: ['https://example.com/rollcall'] })

const types = z
  .array(eventFilter)
  .max(50)
  .describe('Types of events, or `user.*` for all about people; empty: everything')

const format = z
  .enum(['standard', 'cloudEvents'])
  .describe('standard: `{type, timestamp, data}`; cloudEvents: CloudEvents 1.0, structured. Signed the same way')

const secret = z
  .string()
  .describe('`whsec_…`, shown this once: verifies signatures by Standard Webhooks')
  .meta({ examples: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'] })

const webhookFields = {
  id: idOf('webhook'),
  organizationId: idOf('organization'),
  name: z.string(),
  url: z.string(),
  types,
  format,
  state: z.enum(['enabled', 'disabled']),
  disabledReason: z
    .enum(['manual', 'gone', 'failing'])
    .nullable()
    .describe('gone: it answered 410; failing: nothing reached it for five days'),
  secret: z
    .object({
      set: z.literal(true),
      previousUntil: instant.nullable().describe('Until then messages are signed by the old secret too'),
    })
    .describe('Secrets are written, never read'),
  failingSince: instant.nullable(),
  lastSuccessAt: instant.nullable(),
  lastFailureAt: instant.nullable(),
  version,
  createdBy: z.string(),
  createdAt: instant,
  updatedAt: instant,
}

const webhook = z.object(webhookFields).meta({ id: 'Webhook' })

const lastDay = z
  .object({
    attempts: z.int().min(0),
    succeeded: z.int().min(0).describe('Answered 2xx'),
    p95Ms: z.int().min(0).nullable().describe('95 of 100 attempts took no longer; null: there was none'),
  })
  .describe('Attempts of the last 24 hours, of the latest 500 events at most; tests are not counted')
  .meta({ id: 'WebhookLastDay' })

const webhookWithHealth = z.object({ ...webhookFields, lastDay }).meta({ id: 'WebhookWithHealth' })

const webhookWithSecret = z
  .object({ ...webhookFields, secret: z.object({ ...webhookFields.secret.shape, value: secret }) })
  .meta({ id: 'WebhookWithSecret' })

const attempt = z
  .object({
    at: instant,
    status: z.int().nullable().describe('Null: there was no answer'),
    durationMs: z.int().min(0),
    error: z.string().nullable(),
    response: z.string().nullable().describe('The beginning of the answer, without secrets'),
  })
  .meta({ id: 'DeliveryAttempt' })

const deliveryState = z
  .enum(['waiting', 'delivered', 'failed'])
  .describe('waiting: to be sent, or to be sent again at `nextAttemptAt`; failed: given up')

const delivery = z
  .object({
    id: idOf('delivery'),
    webhookId: idOf('webhook'),
    eventId: idOf('event').describe('The `webhook-id` header: the same on every attempt'),
    type: z.string(),
    isTest: z.boolean(),
    state: deliveryState,
    lastStatus: z.int().nullable().describe('Of the last attempt; null: there was none, or no answer'),
    attempts: z.array(attempt).describe('The last twenty, oldest first'),
    nextAttemptAt: instant.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Delivery' })

const deliveryRequest = z
  .object({
    method: z.literal('POST'),
    url: z.string().describe('Without its query, which may hold a token'),
    headers: z.record(z.string(), z.string()).describe('Signatures are not shown'),
    body: z.string(),
  })
  .meta({ id: 'DeliveryRequest' })

const since = instant.describe('Of what was made, or happened, from then on')

const webhooks = '/api/v1/organizations/{organization}/webhooks' as const
const onWebhook = inOrganization.extend({ webhook: idOf('webhook') })
const onDelivery = onWebhook.extend({ delivery: idOf('delivery') })
const tag = 'Webhooks'

export const webhookRoutes = {
  listWebhooks: {
    method: 'GET',
    path: webhooks,
    tag,
    summary: 'Endpoints that are told of events, oldest first',
    scope: 'webhooks:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(webhookWithHealth, 'WebhookPage'),
    errors: ['invalidCursor'],
  },
  createWebhook: {
    method: 'POST',
    path: webhooks,
    tag,
    summary: 'Tell an endpoint of everything that happens from now on; the answer shows its secret, once',
    scope: 'webhooks:manage',
    params: inOrganization,
    query: none,
    body: z
      .strictObject({ url, name: displayName.optional(), types: types.optional(), format: format.optional() })
      .meta({ id: 'WebhookCreate' }),
    status: 201,
    answer: webhookWithSecret,
    errors: ['conflict'],
  },
  getWebhook: {
    method: 'GET',
    path: `${webhooks}/{webhook}`,
    tag,
    summary: 'One endpoint',
    scope: 'webhooks:read',
    params: onWebhook,
    query: none,
    body: null,
    status: 200,
    answer: webhookWithHealth,
    errors: [],
    hasVersion: true,
  },
  updateWebhook: {
    method: 'PATCH',
    path: `${webhooks}/{webhook}`,
    tag,
    summary: 'Change, disable or enable an endpoint',
    scope: 'webhooks:manage',
    params: onWebhook,
    query: none,
    body: z
      .strictObject({
        url: url.optional(),
        name: displayName.optional(),
        types: types.optional(),
        format: format.optional(),
        state: z.enum(['enabled', 'disabled']).optional(),
      })
      .refine(...namesChange)
      .meta({ id: 'WebhookUpdate' }),
    status: 200,
    answer: webhook,
    errors: ['versionMismatch'],
    hasVersion: true,
  },
  deleteWebhook: {
    method: 'DELETE',
    path: `${webhooks}/{webhook}`,
    tag,
    summary: 'Delete an endpoint with its log and what waits for it',
    scope: 'webhooks:manage',
    params: onWebhook,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: [],
  },
  rotateWebhook: {
    method: 'POST',
    path: `${webhooks}/{webhook}/rotate`,
    tag,
    summary: 'A new secret; for 24 hours both sign',
    scope: 'webhooks:manage',
    params: onWebhook,
    query: none,
    body: null,
    status: 200,
    answer: webhookWithSecret,
    errors: [],
  },
  testWebhook: {
    method: 'POST',
    path: `${webhooks}/{webhook}/test`,
    tag,
    summary: 'Send a test event, `webhook.tested`',
    scope: 'webhooks:manage',
    params: onWebhook,
    query: none,
    body: null,
    status: 201,
    answer: delivery,
    errors: ['conflict'],
  },
  recoverWebhook: {
    method: 'POST',
    path: `${webhooks}/{webhook}/recover`,
    tag,
    summary: 'Send again everything that failed for good since then',
    scope: 'webhooks:manage',
    params: onWebhook,
    query: none,
    body: z.strictObject({ since }).meta({ id: 'WebhookRecover' }),
    status: 200,
    answer: z.object({ count: z.int().min(0) }).meta({ id: 'WebhookRecovered' }),
    errors: ['conflict'],
  },
  replayWebhook: {
    method: 'POST',
    path: `${webhooks}/{webhook}/replay`,
    tag,
    summary: 'Send every event since then that never was put down for the endpoint, such as while it was disabled',
    scope: 'webhooks:manage',
    params: onWebhook,
    query: none,
    body: z
      .strictObject({
        since,
        cursor: z
          .string()
          .min(1)
          .max(limits.cursorCharactersMax)
          .optional()
          .describe('`nextCursor` of the call before'),
      })
      .meta({ id: 'WebhookReplay' }),
    status: 200,
    answer: z
      .object({
        count: z.int().min(0).describe('How many were missing'),
        nextCursor: z.string().nullable().describe('More is to be looked through: call again'),
      })
      .meta({ id: 'WebhookReplayed' }),
    errors: ['conflict', 'invalidCursor'],
  },
  listDeliveries: {
    method: 'GET',
    path: `${webhooks}/{webhook}/deliveries`,
    tag,
    summary: 'What was sent to an endpoint and what came back, newest first; kept for 30 days',
    scope: 'webhooks:read',
    params: onWebhook,
    query: z.object({ ...pageQuery, state: deliveryState.optional(), type: z.string().max(80).optional() }),
    body: null,
    status: 200,
    answer: pageOf(delivery, 'DeliveryPage'),
    errors: ['invalidCursor'],
  },
  getDelivery: {
    method: 'GET',
    path: `${webhooks}/{webhook}/deliveries/{delivery}`,
    tag,
    summary: 'One delivery with its attempts',
    scope: 'webhooks:read',
    params: onDelivery,
    query: none,
    body: null,
    status: 200,
    answer: delivery,
    errors: [],
  },
  getDeliveryRequest: {
    method: 'GET',
    path: `${webhooks}/{webhook}/deliveries/{delivery}/request`,
    tag,
    summary: 'What is sent with a delivery: the bytes that are signed',
    scope: 'events:read',
    params: onDelivery,
    query: none,
    body: null,
    status: 200,
    answer: deliveryRequest,
    errors: [],
  },
  resendDelivery: {
    method: 'POST',
    path: `${webhooks}/{webhook}/deliveries/{delivery}/resend`,
    tag,
    summary: 'Send an event again, whatever became of it',
    scope: 'webhooks:manage',
    params: onDelivery,
    query: none,
    body: null,
    status: 200,
    answer: delivery,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
