import { z } from 'zod'
import { attributeChange } from './person-views.ts'
import { inOrganization, none, type Route } from './route.ts'
import { flag, idOf, instant, pageOf, pageQuery } from './values.ts'

const requestFields = {
  id: idOf('request'),
  at: instant,
  connectionId: idOf('connection').nullable(),
  keyId: idOf('key').nullable(),
  client: z.string().nullable().describe('The User-Agent'),
  ip: z.string().nullable(),
  method: z.string(),
  path: z.string().describe('With its query, secrets redacted'),
  resourceType: z.string().nullable(),
  resourceId: z.string().nullable().describe('Our SCIM id of the resource'),
  externalId: z.string().nullable().describe('The identity provider’s id of the resource'),
  status: z.int(),
  scimType: z.string().nullable(),
  detail: z.string().nullable().describe('What the client was told when it failed'),
  durationMs: z.number().min(0),
  rules: z.array(z.string()).describe('Profile rules that fired'),
}

export const requestSummary = z.object(requestFields).meta({ id: 'RequestSummary' })

const requestFix = z
  .enum([
    'enterLiveToken',
    'giveScope',
    'enableConnection',
    'resumeConnection',
    'enableWrites',
    'matchExisting',
    'provisionAnew',
    'correctAddress',
    'correctValue',
    'correctFilter',
    'correctRequest',
    'decideHold',
    'slowDown',
    'unlockAttribute',
    'reportUs',
  ])
  .meta({ id: 'RequestFix' })

const requestChange = z
  .object({
    position: z.int(),
    action: z.string(),
    subject: z.object({ kind: z.string(), id: idOf('user', 'team').nullable(), name: z.string().nullable() }),
    changes: z.array(attributeChange),
  })
  .meta({ id: 'RequestChange' })

export const requestPage = pageOf(requestSummary, 'RequestPage')

export const request = z
  .object({
    ...requestFields,
    changes: z.unknown().describe('What the request changed, null when nothing'),
    requestBody: z.string().nullable().describe('Redacted, the first 16 kB, null when none was kept'),
    responseBody: z.string().nullable().describe('Redacted, the first 16 kB, null when none was kept'),
    fix: requestFix.nullable().describe('What mends it; null when nothing failed'),
    diff: z.array(requestChange).describe('What became of whom, at most 200'),
    asCurl: z.string().describe('The request as a command, with `$ROLLCALL_KEY` in the place of its key'),
    kept: z.object({
      bodies: z.boolean().describe('Whether bodies of its connection are kept now'),
      days: z.int().describe('How long requests are kept'),
    }),
  })
  .meta({ id: 'Request' })

const requestError = z
  .object({
    status: z.int(),
    scimType: z.string().nullable(),
    method: z.string(),
    endpoint: z.string().meta({ examples: ['/Users/{id}'] }),
    connectionId: idOf('connection').nullable(),
    count: z.int().min(1),
    firstAt: instant,
    lastAt: instant,
    lastRequestId: idOf('request'),
    client: z.string().nullable().describe('Of the last of them'),
    detail: z.string().nullable().describe('What the last of them was told'),
    fix: requestFix,
  })
  .meta({ id: 'RequestError' })

const replay = z
  .object({
    status: z.int(),
    body: z.string(),
    diff: z.array(requestChange).describe('What would become of whom'),
    sameStatus: z.boolean().describe('Whether it would end as it did then'),
    redacted: z.boolean().describe('Something secret in it was not kept and went as `[redacted]` or `***`'),
    ranAt: instant,
  })
  .meta({ id: 'RequestReplay' })

const hoursMax = 24 * 30

const status = z
  .string()
  .regex(/^(?:[1-5]xx|[1-5][0-9][0-9])$/, 'Expected a status like 404 or a class like 4xx')
  .describe('A status (`404`) or a class (`4xx`)')

export const requestQuery = z.object({
  ...pageQuery,
  failed: flag.optional().describe('`true`: only requests answered with 400 and above'),
  status: status.optional(),
  since: instant.optional(),
  until: instant.optional(),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).optional(),
  connection: idOf('connection').optional(),
  key: idOf('key').optional(),
  resource: z.string().max(200).optional().describe('Our SCIM id or the identity provider’s id of the resource'),
})

const onRequest = inOrganization.extend({ request: idOf('request') })

export const requestRoutes = {
  listRequests: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/requests',
    tag: 'Request log',
    summary: 'What identity providers sent and what they got, newest first',
    scope: 'log:read',
    params: inOrganization,
    query: requestQuery,
    body: null,
    status: 200,
    answer: requestPage,
    errors: ['invalidCursor'],
  },
  getRequest: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/requests/{request}',
    tag: 'Request log',
    summary: 'One request with its redacted bodies and what it changed',
    scope: 'log:read',
    params: onRequest,
    query: none,
    body: null,
    status: 200,
    answer: request,
    errors: [],
  },
  getRequestErrors: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/request-errors',
    tag: 'Request log',
    summary: 'Failed requests by what went wrong where, the most frequent first, with what mends it',
    scope: 'log:read',
    params: inOrganization,
    query: z.object({
      hours: z.coerce.number().int().min(1).max(hoursMax).default(24).describe('How far back'),
      connection: idOf('connection').optional(),
    }),
    body: null,
    status: 200,
    answer: z
      .object({ data: z.array(requestError).describe('At most 200, of the newest 20,000 failed requests') })
      .meta({ id: 'RequestErrors' }),
    errors: [],
  },
  replayRequest: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/requests/{request}/replay',
    tag: 'Request log',
    summary: 'What the request would be answered now and what it would change; nothing of it stays, nothing is sent',
    scope: 'connections:manage',
    params: onRequest,
    query: none,
    body: null,
    status: 200,
    answer: replay,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
