import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { idOf, instant, pageOf, pageQuery } from './values.ts'

export const action = z
  .enum([
    'create',
    'adopt',
    'update',
    'disable',
    'enable',
    'delete',
    'unlink',
    'addMembers',
    'removeMembers',
    'skip',
    'hold',
    'health',
  ])
  .meta({ id: 'ProvisioningAction' })
export const status = z.enum(['success', 'failure', 'skipped', 'warning']).meta({ id: 'ProvisioningStatus' })
const initiator = z
  .enum(['schedule', 'change', 'person', 'time', 'reconciliation'])
  .meta({ id: 'ProvisioningInitiator' })

export const exchanges = z
  .array(
    z.object({
      method: z.string(),
      path: z.string(),
      requestBody: z.record(z.string(), z.unknown()).optional(),
      status: z.int().nullable(),
      responseBody: z.string().optional(),
      durationMs: z.number(),
    }),
  )
  .describe('What was sent and answered, the first 8 kB, redacted')

const reasonFields = {
  meaning: z.string(),
  remedy: z.string(),
  actor: z.enum(['nobody', 'administrator', 'appOwner', 'sourceOwner']).describe('Who can mend it'),
}

export const explanation = z
  .object(reasonFields)
  .nullable()
  .describe('Null: a code of an older version, or none')
  .meta({ id: 'ProvisioningExplanation' })

const reason = z
  .object({
    code: z.string(),
    class: z.enum(['throttle', 'transient', 'object', 'target', 'reference', 'gate', 'skip', 'success']),
    ...reasonFields,
  })
  .meta({ id: 'ProvisioningReason' })

export const step = z
  .object({
    name: z.enum(['import', 'scoping', 'matching', 'processing', 'referenceResolution', 'export']),
    status,
    message: z.string(),
    detail: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'ProvisioningStep' })

const value = z.unknown().describe('Null: nothing; `[Redact]`: hidden')

export const modified = z.array(z.object({ name: z.string(), before: value, after: value }))

const entryFields = {
  id: idOf('logEntry').describe('The change id that joins the three files'),
  at: instant,
  appId: idOf('app'),
  cycleId: idOf('cycle').nullable(),
  object: z
    .object({ kind: z.enum(['user', 'team']), id: idOf('user', 'team'), name: z.string().nullable() })
    .nullable()
    .describe('Null: about the app as a whole'),
  target: z.object({ key: z.string().nullable(), name: z.string().nullable() }).describe('The account in the app'),
  action,
  status,
  reason: z.string().describe('A code of the closed set that `provisioning-reasons` lists'),
  explanation,
  message: z.string().nullable().describe('What the app said, or what went wrong'),
  attribute: z.string().nullable().describe('The attribute at fault'),
  httpStatus: z.int().nullable(),
  durationMs: z.int().nullable(),
  initiator,
  modified,
}

export const logSummary = z.object(entryFields).meta({ id: 'ProvisioningLogSummary' })

const entry = z
  .object({
    ...entryFields,
    steps: z.array(step),
    exchanges,
    members: z.object({ added: z.array(idOf('user', 'team')), removed: z.array(idOf('user', 'team')) }).nullable(),
  })
  .meta({ id: 'ProvisioningLogEntry' })

const filters = {
  app: idOf('app').optional(),
  object: idOf('user', 'team').optional().describe('Only about this person or team'),
  cycle: idOf('cycle').optional(),
  action: action.optional(),
  status: status.optional(),
  reason: z
    .string()
    .regex(/^[A-Za-z]{1,60}$/, 'Expected the code of a reason')
    .optional(),
  since: instant.optional(),
  until: instant.optional(),
}

const path = '/api/v1/organizations/{organization}/provisioning-log' as const
const all = {
  tag: 'Provisioning log',
  scope: 'apps:read',
  method: 'GET',
  params: inOrganization,
  body: null,
  status: 200,
} as const

export const provisioningLogRoutes = {
  listProvisioningLog: {
    ...all,
    path,
    summary: 'What was done or tried in apps, newest first: a line an operation',
    query: z.object({ ...pageQuery, ...filters }),
    answer: pageOf(logSummary, 'ProvisioningLogPage'),
    errors: ['invalidCursor'],
  },
  exportProvisioningLogCsv: {
    ...all,
    path: `${path}/export-csv`,
    summary: 'One of three CSV files, oldest first; the change id joins them',
    query: z.object({
      ...filters,
      file: z
        .enum(['logs', 'steps', 'modifiedProperties'])
        .default('logs')
        .describe(
          'As Microsoft Entra ID downloads them: `ProvisioningLogs`, `…_ProvisioningSteps`, `…_ModifiedProperties`',
        ),
    }),
    answer: z.string(),
    mediaType: 'text/csv',
    errors: [],
  },
  exportProvisioningLogJsonLines: {
    ...all,
    path: `${path}/export-json-lines`,
    summary: 'All entries that match, a line of JSON each, oldest first',
    query: z.object({
      ...filters,
      format: z
        .enum(['rollcall', 'graph'])
        .default('rollcall')
        .describe('As this API shows them, or as `provisioningObjectSummary` of Microsoft Graph'),
    }),
    answer: z.string(),
    mediaType: 'application/x-ndjson',
    errors: [],
  },
  getProvisioningLogEntry: {
    ...all,
    path: `${path}/{logEntry}`,
    summary: 'One operation with its steps and what was sent',
    params: inOrganization.extend({ logEntry: idOf('logEntry') }),
    query: none,
    answer: entry,
    errors: [],
  },
  getProvisioningReasons: {
    ...all,
    path: '/api/v1/organizations/{organization}/provisioning-reasons',
    summary: 'Every reason that an entry or a link may name, with meaning, remedy and who can mend it',
    query: none,
    answer: z.object({ data: z.array(reason) }).meta({ id: 'ProvisioningReasons' }),
    errors: [],
  },
} as const satisfies Record<string, Route>
