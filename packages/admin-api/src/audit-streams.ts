import { z } from 'zod'
import { auditQuery } from './audit.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { displayName, idOf, instant, namesChange, pageOf, version } from './values.ts'

const address = z
  .url({ protocol: /^https?$/ })
  .max(2_000)
  .describe('https; http only to addresses that ROLLCALL_OUTBOUND_ALLOW names')
const word = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[\x21-\x7E]+$/, 'Expected no spaces')

/** What the HTTP client writes itself: somebody else's value there would break the request, or smuggle another one into it. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const http = z
  .strictObject({
    url: address,
    header: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,63}$/, 'Expected the name of a header field in lower case')
      .refine((name) => !ownHeaders.has(name), {
        error: ({ input }) =>
          `"${String(input)}" belongs to the connection or the body: name another field, such as x-api-key`,
      })
      .optional()
      .describe(
        `Which field carries the secret; \`authorization\` when left out. None of ${[...ownHeaders].join(', ')}`,
      ),
  })
  .describe('POST of JSON Lines')

const s3 = z
  .strictObject({
    endpoint: address.describe('Such as https://s3.eu-central-1.amazonaws.com'),
    region: word,
    bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'Expected the name of a bucket'),
    accessKeyId: word,
    prefix: z
      .string()
      .max(500)
      .regex(/^[\w./-]*$/, 'Expected letters, digits, . _ - and /')
      .optional(),
    everySeconds: z.int().min(10).max(86_400).optional().describe('How often an object is written; 900 when left out'),
  })
  .describe('Objects of gzipped JSON Lines; the secret is the secret access key')

const splunk = z
  .strictObject({
    url: address.describe('Such as https://splunk.example:8088/services/collector/event'),
    index: word.optional(),
  })
  .describe('HTTP Event Collector; the secret is the token')

const datadog = z
  .strictObject({
    site: z
      .string()
      .regex(/^[a-z0-9.-]+$/, 'Expected a site like datadoghq.eu')
      .max(100)
      .optional(),
    url: address.optional().describe('In the place of the intake of the site'),
    service: word.optional(),
    tags: z.string().max(500).optional(),
  })
  .describe('Log intake; the secret is the API key')

const syslog = z
  .strictObject({
    host: word,
    port: z.int().min(1).max(65_535),
    tls: z.boolean().optional().describe('True when left out'),
  })
  .describe('RFC 5424 over TLS, or over TCP')

const kinds = ['http', 's3', 'splunk', 'datadog', 'syslog'] as const
const settingsOf = { http, s3, splunk, datadog, syslog } as const
const format = z.enum(['rollcall', 'ocsf']).describe('Events as the admin API shows them, or as OCSF 1.3')
const secret = z
  .string()
  .min(1)
  .max(4_000)
  .regex(/^[\x21-\x7E ]+$/, 'Expected printable ASCII')
  .describe('Never shown again')

const shared = {
  name: displayName,
  format: format.optional(),
  query: auditQuery.optional().describe('Only events that match; all when left out'),
  secret: secret.optional(),
  from: z
    .enum(['now', 'beginning'])
    .optional()
    .describe('Whether it is sent what there is already; `now` when left out'),
}

export const createAuditStream = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('http'), settings: http, ...shared }),
    z.strictObject({ kind: z.literal('s3'), settings: s3, ...shared, secret }),
    z.strictObject({ kind: z.literal('splunk'), settings: splunk, ...shared, secret }),
    z.strictObject({ kind: z.literal('datadog'), settings: datadog, ...shared, secret }),
    z.strictObject({ kind: z.literal('syslog'), settings: syslog, ...shared }),
  ])
  .meta({ id: 'CreateAuditStream' })

const anySettings = z.union([http, s3, splunk, datadog, syslog])

export const updateAuditStream = z
  .strictObject({
    name: displayName.optional(),
    format: format.optional(),
    query: auditQuery.optional(),
    state: z.enum(['active', 'paused']).optional().describe('Paused: it goes on later where it stopped'),
    settings: anySettings.optional().describe('Replaces all settings'),
    secret: secret.optional(),
  })
  .refine(...namesChange)
  .meta({ id: 'UpdateAuditStream' })

export const auditStream = z
  .object({
    id: idOf('auditStream'),
    name: z.string(),
    kind: z.enum(kinds),
    format,
    state: z.enum(['active', 'paused']),
    query: z.string(),
    settings: z.record(z.string(), z.unknown()),
    hasSecret: z.boolean(),
    health: z.object({
      status: z.enum(['ok', 'failing', 'paused']),
      position: z.int().describe('The last event that was delivered, or left out'),
      behind: z.int().describe('How many events are sealed and not delivered'),
      delivered: z.int(),
      lastSuccessAt: instant.nullable(),
      lastErrorAt: instant.nullable(),
      lastError: z.string().nullable(),
      failures: z.int().describe('Attempts in a row that came to nothing'),
      nextAttemptAt: instant,
    }),
    createdBy: z.string(),
    createdAt: instant,
    updatedAt: instant,
    version,
  })
  .meta({ id: 'AuditStream' })

export const auditStreamTest = z
  .object({ isDelivered: z.boolean(), error: z.string().nullable() })
  .meta({ id: 'AuditStreamTest' })

/**
 * The settings of a kind; what does not fit says where.
 *
 * @example
 * ```ts
 * import { auditStreamSettings } from '@rollcall/admin-api'
 *
 * console.log(auditStreamSettings('http').safeParse({}).success) // false
 * ```
 */
export function auditStreamSettings(kind: (typeof kinds)[number]): z.ZodType {
  return settingsOf[kind]
}

const onStream = inOrganization.extend({ auditStream: idOf('auditStream') })
const path = '/api/v1/organizations/{organization}/audit/streams'
const all = { tag: 'Audit log', feature: 'auditExport', params: onStream, query: none } as const

export const auditStreamRoutes = {
  listAuditStreams: {
    ...all,
    method: 'GET',
    path,
    summary: 'Where the audit log is sent, and how that goes',
    scope: 'audit:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(auditStream, 'AuditStreamPage'),
    errors: ['invalidCursor'],
  },
  createAuditStream: {
    ...all,
    method: 'POST',
    path,
    summary: 'Sends the audit log somewhere, at least once, in its order',
    scope: 'audit:manage',
    params: inOrganization,
    body: createAuditStream,
    status: 201,
    answer: auditStream,
    errors: ['conflict'],
    hasVersion: true,
  },
  getAuditStream: {
    ...all,
    method: 'GET',
    path: `${path}/{auditStream}`,
    summary: 'One stream and its health',
    scope: 'audit:read',
    body: null,
    status: 200,
    answer: auditStream,
    errors: [],
    hasVersion: true,
  },
  updateAuditStream: {
    ...all,
    method: 'PATCH',
    path: `${path}/{auditStream}`,
    summary: 'Changes a stream, pauses it, or lets it go on',
    scope: 'audit:manage',
    body: updateAuditStream,
    status: 200,
    answer: auditStream,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  deleteAuditStream: {
    ...all,
    method: 'DELETE',
    path: `${path}/{auditStream}`,
    summary: 'Ends a stream',
    scope: 'audit:manage',
    body: null,
    status: 204,
    answer: null,
    errors: ['versionMismatch'],
    hasVersion: true,
  },
  testAuditStream: {
    ...all,
    method: 'POST',
    path: `${path}/{auditStream}/test`,
    summary: 'Sends one made-up event now and says what came of it',
    scope: 'audit:manage',
    body: null,
    status: 200,
    answer: auditStreamTest,
    errors: [],
  },
} as const satisfies Record<string, Route>
