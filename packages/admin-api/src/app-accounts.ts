import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { none, type Route } from './route.ts'
import { run } from './runs.ts'
import { idOf, instant, pageOf, pageQuery } from './values.ts'

const policy = z
  .enum(['report', 'adopt', 'enforce'])
  .describe(
    '`report`: only look; the others make a plan besides, which does nothing before it is applied: `adopt` links accounts of people and teams who should have one and are found by exactly one; `enforce` sends again what differs, and treats what is missing by `onVanished` of the rules. Accounts that are nobody’s stay as they are, unless the settings of the app say otherwise (`orphans`)',
  )
  .meta({ id: 'ReconciliationPolicy' })

const accountClass = z
  .enum(['equal', 'drift', 'missing', 'pending', 'orphan'])
  .describe(
    '`equal`: as it was sent; `drift`: somebody changed it in the app; `missing`: it was there and is gone; `pending`: something was on its way to it, so that it was not compared; `orphan`: it is linked to nobody',
  )
  .meta({ id: 'AppAccountClass' })

const standing = z
  .enum(['local', 'unassigned', 'assigned'])
  .describe(
    '`local`: nobody in the directory has this account; `unassigned`: somebody has or may have it, and is not assigned to the app; `assigned`: and is. By the first matching attribute that takes its value as it is',
  )
  .meta({ id: 'AppAccountStanding' })

const kind = z.enum(['user', 'team'])

const account = z
  .object({
    kind,
    targetKey: z.string().describe('Its id in the app'),
    name: z.string().nullable().describe('Its userName or displayName in the app'),
    class: accountClass,
    orphan: z
      .enum(['ours', 'matched', 'foreign'])
      .nullable()
      .describe('Of orphans: linked or made by us once; found by a person or team; neither'),
    standing: standing.nullable().describe('Null: the account is not there'),
    object: z
      .object({ id: idOf('user', 'team'), name: z.string().nullable() })
      .nullable()
      .describe('Whose account it is; of an orphan, whose it may be'),
    candidates: z.int().describe('Of orphans: so many people or teams are found by it; more than one is ambiguous'),
    differences: z
      .array(z.object({ attribute: z.string(), expected: z.unknown(), found: z.unknown() }))
      .describe('Of drift: what was sent and what is there; `[Redact]`: hidden'),
    members: z
      .object({
        missing: z.int().describe('Members of ours that the group does not show'),
        foreign: z.int().describe('Members that others brought in: drift only where the rules decide alone'),
        first: z
          .array(
            z.object({
              is: z.enum(['missing', 'foreign']),
              targetKey: z.string().nullable(),
              id: idOf('user', 'team').nullable(),
              name: z.string().nullable(),
            }),
          )
          .describe('The first 50 of each'),
      })
      .nullable()
      .describe('Of groups; null: of people'),
  })
  .meta({ id: 'AppAccount' })

const counts = z
  .object({
    equal: z.int(),
    drift: z.int(),
    missing: z.int(),
    pending: z.int(),
    orphan: z.int(),
    ours: z.int(),
    matched: z.int(),
    foreign: z.int(),
    local: z.int(),
    unassigned: z.int(),
    assigned: z.int(),
    membersMissing: z.int(),
    membersForeign: z.int(),
  })
  .describe('Accounts of each class; orphans of each sort; accounts by their standing; members of all groups')
  .meta({ id: 'AppAccountCounts' })

const reconciliation = z
  .object({
    last: z
      .object({ runId: idOf('run'), policy, startedAt: instant, endedAt: instant, counts })
      .nullable()
      .describe('Null: none has ended yet'),
    nextAt: instant
      .nullable()
      .describe('When the next begins by itself; null: none does, or its time is set within minutes'),
  })
  .meta({ id: 'AppReconciliation' })

const filters = { class: accountClass.optional(), standing: standing.optional(), kind: kind.optional() }
const all = { tag: 'Apps', params: onApp, query: none } as const

export const appAccountRoutes = {
  reconcileApp: {
    ...all,
    method: 'POST',
    path: `${appPath}/reconcile`,
    summary: 'List all accounts of the app by a run, and compare them with what was sent and with the directory',
    scope: 'apps:run',
    body: z.strictObject({ policy: policy.default('report') }).meta({ id: 'AppReconcile' }),
    status: 202,
    answer: run,
    errors: ['conflict'],
  },
  getAppReconciliation: {
    ...all,
    method: 'GET',
    path: `${appPath}/reconciliation`,
    summary: 'The last reconciliation that came to its end, in numbers',
    scope: 'apps:read',
    body: null,
    status: 200,
    answer: reconciliation,
    errors: [],
  },
  listAppAccounts: {
    ...all,
    method: 'GET',
    path: `${appPath}/accounts`,
    summary: 'Every account as the last reconciliation found it',
    scope: 'apps:read',
    query: z.object({ ...pageQuery, ...filters }),
    body: null,
    status: 200,
    answer: pageOf(account, 'AppAccountPage'),
    errors: ['invalidCursor'],
  },
  exportAppAccounts: {
    ...all,
    method: 'GET',
    path: `${appPath}/accounts/export-csv`,
    summary: 'The same as CSV, a line an account',
    scope: 'apps:read',
    query: z.object(filters),
    body: null,
    status: 200,
    answer: z.string(),
    mediaType: 'text/csv',
    errors: [],
  },
} as const satisfies Record<string, Route>
