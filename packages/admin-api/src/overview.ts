import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { idOf, instant, limits } from './values.ts'

const count = z.int().min(0)

const run = z
  .object({
    id: idOf('cycle', 'sourceRead'),
    kind: z.string().optional().describe('Of the cycle of an app'),
    state: z.string(),
    startedAt: instant,
    endedAt: instant.nullable(),
    errorReason: z.string().nullable().optional().describe('Of the read of a source that failed'),
  })
  .meta({ id: 'OverviewRun' })

const app = z
  .object({
    id: idOf('app'),
    name: z.string(),
    state: z.enum(['draft', 'active', 'paused', 'stopping', 'stopped']),
    pausedReason: z.string().nullable(),
    health: z.enum(['healthy', 'degraded', 'quarantined', 'probing']),
    healthReason: z.string().nullable(),
    lastRun: run.nullable().describe('The latest cycle'),
    recentRuns: z
      .array(z.enum(['good', 'partly', 'failed', 'cancelled', 'running']))
      .describe('How the last 30 cycles ended, the newest first; `partly`: some objects failed'),
    nextRunAt: instant
      .nullable()
      .describe('When an app in quarantine is tried again; others follow every change at once'),
    ok24h: count,
    failed24h: count,
    held: count.describe('Objects that wait for the approval of a mass change'),
    escrowed: count.describe('Objects that cannot be sent'),
  })
  .meta({ id: 'OverviewApp' })

const source = z
  .object({
    id: idOf('source'),
    name: z.string(),
    state: z.enum(['draft', 'active', 'paused']),
    pausedReason: z.string().nullable(),
    lastRun: run.nullable().describe('The latest read'),
    nextRunAt: instant.nullable(),
    ok24h: count.describe('Reads'),
    failed24h: count.describe('Reads'),
    held: count.describe('Reads that wait for a person'),
    bad: count.describe('Records that nothing could be made of, at most 1,000'),
  })
  .meta({ id: 'OverviewSource' })

const connection = z
  .object({
    id: idOf('connection'),
    name: z.string(),
    state: z.enum(['active', 'paused', 'disabled']),
    lastRequestAt: instant.nullable(),
    lastErrorAt: instant.nullable(),
    failed24h: count.describe('Requests'),
  })
  .meta({ id: 'OverviewConnection' })

const needCode = z
  .enum([
    'appQuarantined',
    'holdWaiting',
    'appHoldWaiting',
    'leaversWaiting',
    'sourceReadHeld',
    'keyLeaked',
    'sourceReadFailed',
    'planWaiting',
    'sourcePlanWaiting',
    'certificateExpiring',
    'keyExpiring',
    'keyOwnerLeft',
    'appCredentialsExpiring',
    'metadataRefused',
    'webhookFailing',
    'webhookDisabled',
    'errorsOpen',
    'appPaused',
    'invitationsPending',
    'mailNotConfigured',
  ])
  .meta({ id: 'NeedCode' })

/** The things that needs are about. */
const subjectId = idOf('app', 'hold', 'gateHold', 'plan', 'sourceRead', 'identityProvider', 'key', 'webhook', 'notice')

const need = z
  .object({
    code: needCode,
    severity: z.enum(['critical', 'warning', 'info']),
    subject: z.object({ id: subjectId, name: z.string().nullable() }).nullable().describe('What it is about'),
    since: instant.nullable(),
    count: count.describe('How many changes, objects, people'),
    parameters: z.record(z.string(), z.unknown()).describe('What words about it need besides, by code'),
  })
  .meta({ id: 'Need' })

export const overview = z
  .object({
    at: instant,
    people: z.object({ pending: count, active: count, suspended: count, deprovisioned: count }).nullable(),
    teams: count.nullable(),
    apps: z
      .array(app)
      .nullable()
      .describe('At most 100, by name; null: the caller may not read them, as everywhere here'),
    sources: z.array(source).nullable().describe('At most 100, by name'),
    connections: z.array(connection).nullable().describe('At most 100, by name, without those of sources'),
    needs: z.array(need).describe('What waits for the caller, the worst first; at most 20 of each code'),
    firstRun: z.object({
      steps: z.array(z.object({ step: z.enum(['source', 'app', 'plan', 'on']), done: z.boolean() })),
      done: z.boolean(),
    }),
    mailDelivery: z.enum(['smtp', 'outbox']),
  })
  .meta({ id: 'Overview' })

const dismissal = z
  .object({
    code: needCode,
    subject: subjectId.nullable(),
    reason: z.string(),
    by: z.string(),
    at: instant,
    until: instant.describe('What still waits then is told of again; what began after `at` at once'),
  })
  .meta({ id: 'Dismissal' })

const subject = subjectId.optional().describe('`subject.id` of the need; left out where it has none')

const place = '/api/v1/organizations/{organization}/overview' as const
const all = { tag: 'Overview', params: inOrganization, query: none } as const

export const overviewRoutes = {
  getOverview: {
    ...all,
    method: 'GET',
    path: place,
    summary: 'How the organization stands: people, apps, sources, connections, what waits for you, the first steps',
    scope: 'any',
    body: null,
    status: 200,
    answer: overview,
    errors: [],
  },
  getDismissals: {
    ...all,
    method: 'GET',
    path: `${place}/dismissals`,
    summary: 'What was put off and by whom, newest first',
    scope: 'settings:read',
    body: null,
    status: 200,
    answer: z.object({ data: z.array(dismissal).describe('At most 1,000') }).meta({ id: 'Dismissals' }),
    errors: [],
  },
  dismissNeed: {
    ...all,
    method: 'POST',
    path: `${place}/dismissals`,
    summary: 'Put something off that waits, for seven days, with a reason for the history',
    scope: 'settings:manage',
    body: z
      .strictObject({
        code: needCode,
        subject,
        reason: z.string().trim().min(1).max(limits.descriptionCharactersMax),
      })
      .meta({ id: 'NeedDismiss' }),
    status: 201,
    answer: dismissal,
    errors: [],
  },
  undoDismissal: {
    ...all,
    method: 'POST',
    path: `${place}/dismissals/undo`,
    summary: 'Be told again of what was put off',
    scope: 'settings:manage',
    body: z.strictObject({ code: needCode, subject }).meta({ id: 'DismissalUndo' }),
    status: 204,
    answer: null,
    errors: [],
  },
} as const satisfies Record<string, Route>
