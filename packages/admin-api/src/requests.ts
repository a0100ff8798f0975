import { z } from 'zod'
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

export const requestPage = pageOf(requestSummary, 'RequestPage')

export const request = z
  .object({
    ...requestFields,
    changes: z.unknown().describe('What the request changed, null when nothing'),
    requestBody: z.string().nullable().describe('Redacted, the first 16 kB, null when none was kept'),
    responseBody: z.string().nullable().describe('Redacted, the first 16 kB, null when none was kept'),
  })
  .meta({ id: 'Request' })

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
} as const satisfies Record<string, Route>
