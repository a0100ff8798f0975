import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { idOf, instant, namesChange, pageOf, pageQuery } from './values.ts'

const anything = z.record(z.string(), z.unknown())

export const auditEvent = z
  .object({
    id: idOf('auditEvent'),
    sequence: z.int().min(1).describe('Its place in the chain of the organization, without gaps'),
    at: instant,
    action: z.string().meta({ examples: ['external_identity.provision', 'user.suspend', 'key.created'] }),
    result: z.enum(['success', 'failure']),
    event: z.string().describe('Access Management, Authentication or Request'),
    verb: z.string().describe('created, modified, deleted, login or accessed'),
    kind: z.string().describe('What kind of thing it was done to'),
    actor: z.object({
      id: z.string(),
      type: z.string(),
      identity: anything.nullable().describe('How the person is known; null when nobody is, or it was erased'),
      details: anything,
    }),
    context: z.object({
      ip: z.string().nullable(),
      userAgent: z.string().nullable(),
      requestId: z.string().nullable(),
      connectionId: idOf('connection').nullable(),
    }),
    targets: z.array(z.string()).describe('Ids; the first is what it is about'),
    identity: anything.nullable().describe('userName, externalId, NameID … of the person it was done to'),
    changes: z.array(anything).describe('`path`, `before` and `after` of each attribute that changed'),
    request: anything.nullable().describe('Of a SCIM request: method, query, body, route, status, path, message'),
    details: anything,
    erased: z.array(z.enum(['actor', 'subject'])).describe('Whose personal data was erased since'),
    previousHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEvent' })

export const auditPage = pageOf(auditEvent, 'AuditPage')

export const auditQuery = z
  .string()
  .max(1_000)
  .describe('`field:value` terms, see the guide on the audit log')
  .meta({ examples: ['action:external_identity.* user:ada@example.com result:failure'] })

export const auditVerification = z
  .object({
    isSound: z.boolean(),
    events: z.int().min(0).describe('How many were read'),
    erased: z.int().min(0).describe('How many of them had personal data erased; they are sound'),
    first: z.int().nullable(),
    last: z.int().nullable(),
    broken: z
      .object({ sequence: z.int(), reason: z.string() })
      .nullable()
      .describe('The first event that does not fit; null when all do'),
    durationMs: z.int().min(0),
  })
  .meta({ id: 'AuditVerification' })

const retentionName = z
  .enum(['rollcall', 'github', 'datadog'])
  .describe('Whose limits count: `rollcall` 3 to 3650 days (180), `github` 180 days, `datadog` 3 to 90 days (7)')

export const auditRetention = z
  .object({
    retention: retentionName,
    daysMax: z.int(),
    daysAllowed: z.object({ min: z.int(), max: z.int(), default: z.int() }),
    kept: z.object({ events: z.int().describe('How many have been sealed so far'), hash: z.string().nullable() }),
    checkpoint: z
      .object({ sequence: z.int(), hash: z.string(), before: instant, signature: z.string() })
      .nullable()
      .describe('The last event that is gone; the chain goes on from its hash'),
    version: z.int().describe('That of the organization'),
  })
  .meta({ id: 'AuditRetention' })

export const changeAuditRetention = z
  .object({ retention: retentionName.optional(), daysMax: z.int().optional() })
  .refine(...namesChange)
  .meta({ id: 'ChangeAuditRetention' })

const onEvent = inOrganization.extend({ auditEvent: idOf('auditEvent') })

export const auditRoutes = {
  listAuditEvents: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/audit/events',
    tag: 'Audit log',
    summary: 'What happened, newest first',
    scope: 'audit:read',
    params: inOrganization,
    query: z.object({
      ...pageQuery,
      query: auditQuery.optional(),
      order: z.enum(['asc', 'desc']).default('desc').describe('In the order of the chain, or against it'),
    }),
    body: null,
    status: 200,
    answer: auditPage,
    errors: ['invalidCursor'],
  },
  getAuditEvent: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/audit/events/{auditEvent}',
    tag: 'Audit log',
    summary: 'One event',
    scope: 'audit:read',
    params: onEvent,
    query: none,
    body: null,
    status: 200,
    answer: auditEvent,
    errors: [],
  },
  exportAuditCsv: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/audit/export-csv',
    tag: 'Audit log',
    summary: 'All events that match as CSV, oldest first; what a spreadsheet would compute begins with an apostrophe',
    scope: 'audit:read',
    feature: 'auditExport',
    params: inOrganization,
    query: z.object({ query: auditQuery.optional() }),
    body: null,
    status: 200,
    answer: z.string(),
    mediaType: 'text/csv',
    errors: [],
  },
  exportAuditJsonLines: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/audit/export-json-lines',
    tag: 'Audit log',
    summary: 'All events that match, a line of JSON each, oldest first',
    scope: 'audit:read',
    feature: 'auditExport',
    params: inOrganization,
    query: z.object({ query: auditQuery.optional() }),
    body: null,
    status: 200,
    answer: z.string(),
    mediaType: 'application/x-ndjson',
    errors: [],
  },
  getAuditRetention: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/audit/retention',
    tag: 'Audit log',
    summary: 'How long events are kept, and the signed checkpoint behind which older ones are gone',
    scope: 'audit:read',
    params: inOrganization,
    query: none,
    body: null,
    status: 200,
    answer: auditRetention,
    errors: [],
    hasVersion: true,
  },
  updateAuditRetention: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/audit/retention',
    tag: 'Audit log',
    summary: 'Sets how long events are kept; the log cannot be turned off',
    scope: 'audit:manage',
    stepUp: true,
    params: inOrganization,
    query: none,
    body: changeAuditRetention,
    status: 200,
    answer: auditRetention,
    errors: ['versionMismatch'],
    hasVersion: true,
  },
  verifyAudit: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/audit/verify',
    tag: 'Audit log',
    summary: 'Reads the whole chain and says whether every event is as it was sealed',
    scope: 'audit:read',
    params: inOrganization,
    query: none,
    body: null,
    status: 200,
    answer: auditVerification,
    errors: [],
  },
} as const satisfies Record<string, Route>
