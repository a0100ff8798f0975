import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { explanation, modified } from './provisioning-log.ts'
import { none, page, type Route } from './route.ts'
import { idOf, instant, pageOf, pageQuery } from './values.ts'

const subjects = z.array(idOf('user', 'team')).max(1_000)

const operationName = z
  .enum(['create', 'adopt', 'update', 'enable', 'disable', 'delete', 'unlink', 'conflict'])
  .meta({ id: 'AppPlanOperationName' })
const operationState = z
  .enum(['planned', 'changed', 'applied', 'excluded'])
  .describe(
    '`changed`: person, team or account changed after the plan was made; it is not covered by it; `excluded`: somebody left it out',
  )
  .meta({ id: 'AppPlanOperationState' })

const search = z
  .object({
    by: z
      .enum(['list', 'searches', 'both'])
      .describe(
        '`list`: all accounts were read and compared here; `searches`: the app was asked for one person after another; `both`: it was asked for those of whom a list does not tell enough',
      ),
    accountsRead: z.int(),
    accountsTotal: z.int().nullable().describe('Null: the app does not say'),
    searched: z.int().describe('People and teams of whom it is known'),
    unsearched: z.int().describe('They are looked for before any account is made'),
    detail: z
      .string()
      .nullable()
      .describe('Why some were not looked for, in the app’s words; null: no reason is known'),
  })
  .meta({ id: 'AppPlanSearch' })

const plan = z
  .object({
    id: idOf('plan'),
    state: z
      .enum(['planning', 'ready', 'applied', 'discarded', 'failed'])
      .describe('`planning`: its run is still looking at everybody; `failed`: it could not, see the run'),
    reconciliation: z
      .enum(['adopt', 'enforce'])
      .nullable()
      .describe(
        'Of a plan that a reconciliation made: link accounts, or make them what they should be; null: it is about rules and assignments',
      ),
    summary: z.string().describe('Such as `create 12, disable 3`'),
    counts: z
      .record(z.string(), z.int())
      .describe(
        'By operation; `addMembers` and `removeMembers` of all groups; `disableOrphans` and `deleteOrphans`: accounts that nobody is assigned to; `unsearched`: not yet looked for in the app; `excluded`: so many of all were left out',
      ),
    search: search
      .nullable()
      .describe(
        'How it was found out who has an account already, and how far that is; null: nobody would get one, or that has not begun',
      ),
    hasChanges: z.boolean(),
    baseRevision: z.int().nullable().describe('The rules that were live when it was made'),
    revision: z.int().describe('The rules that it is about'),
    assign: z.array(idOf('user', 'team')),
    unassign: z.array(idOf('user', 'team')),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant,
    runId: idOf('run'),
    endedBy: z.string().nullable(),
    endedAt: instant.nullable(),
  })
  .meta({ id: 'AppPlan' })

const operation = z
  .object({
    object: z.object({ kind: z.enum(['user', 'team']), id: idOf('user', 'team'), name: z.string().nullable() }),
    operation: operationName,
    state: operationState,
    targetKey: z.string().nullable(),
    modified,
    reason: z.string().describe('A code of `provisioning-reasons`'),
    explanation,
    isDestructive: z.boolean(),
  })
  .meta({ id: 'AppPlanOperation' })

const namedMember = z.object({
  kind: z.enum(['user', 'team']),
  id: idOf('user', 'team').nullable().describe('Null: it is nobody’s account'),
  name: z.string().nullable(),
})

/** Who enters and leaves the group of a team; in plans, and in previews of teams. */
export const memberChanges = {
  present: z.int().describe('Members that the group has by our doing'),
  joining: z.int(),
  leaving: z.int().describe('They leave the group and stay in the app: the gate counts these'),
  leavingApp: z.int().describe('They leave it since their account is disabled or deleted'),
  isHeld: z
    .boolean()
    .describe('The gate would hold the removals, unless somebody approves the plan who may decide on holds'),
  joins: z.array(namedMember).describe('The first 100 who enter'),
  leaves: z.array(namedMember).describe('The first 100 who leave'),
}

const planMembers = z
  .object({
    team: z.object({ id: idOf('team'), name: z.string().nullable() }),
    targetKey: z.string().nullable().describe('Null: the group is made'),
    ...memberChanges,
  })
  .meta({ id: 'AppPlanMembers' })

const orphanState = z
  .enum(['planned', 'held', 'approved', 'done', 'changed', 'failed'])
  .describe(
    '`held`: more than the gate lets pass, unless somebody applies the plan who may decide on holds; `approved`: a run does it; `changed`: it is somebody’s by now, or has another name, and was left alone',
  )
  .meta({ id: 'AppPlanOrphanState' })

const planOrphan = z
  .object({
    targetKey: z.string().describe('Its id in the app'),
    name: z.string().nullable().describe('Its userName in the app'),
    orphan: z.enum(['ours', 'matched', 'foreign']).describe('Linked or made by us once; found by a person; neither'),
    object: z
      .object({ id: idOf('user'), name: z.string().nullable() })
      .nullable()
      .describe('Whose it may be, who is not assigned to the app'),
    operation: z.enum(['disable', 'delete']),
    state: orphanState,
    detail: z.string().nullable().describe('Why it was left alone, or what went wrong'),
  })
  .meta({ id: 'AppPlanOrphan' })

const createBody = z
  .strictObject({
    revision: z
      .union([z.enum(['live', 'draft']), z.int().min(1)])
      .optional()
      .describe('By which rules; the draft when left out, what is live where there is none'),
    assign: subjects.default([]).describe('As if these were assigned'),
    unassign: subjects.default([]).describe('As if these were assigned no longer'),
  })
  .meta({ id: 'AppPlanCreate' })

const selectionBody = z
  .strictObject({
    objects: subjects.min(1).optional().describe('Of these people and teams; left out: of everybody'),
    operations: z.array(operationName).min(1).optional().describe('Of these kinds; left out: of every kind'),
    others: z.boolean().default(false).describe('Everything but what is named'),
  })
  .refine(({ objects, operations }) => objects !== undefined || operations !== undefined, {
    error: 'Expected objects, operations or both',
  })
  .meta({ id: 'AppPlanSelection' })

const applied = z
  .object({
    plan,
    applied: z.int().describe('Operations that are carried out'),
    changed: z.int().describe('What changed meanwhile: planned anew, and an ordinary change, which the gate counts'),
  })
  .meta({ id: 'AppPlanApplied' })

const onPlan = onApp.extend({ plan: idOf('plan') })
const plans = `${appPath}/plans` as const
const one = `${plans}/{plan}` as const
const all = { tag: 'App plans', params: onPlan, query: none, body: null, errors: [] } as const

export const appPlanRoutes = {
  listAppPlans: {
    ...all,
    method: 'GET',
    path: plans,
    summary: 'Plans of an app, newest first; kept for 30 days',
    scope: 'apps:read',
    params: onApp,
    query: page,
    status: 200,
    answer: pageOf(plan, 'AppPlanPage'),
    errors: ['invalidCursor'],
  },
  createAppPlan: {
    ...all,
    method: 'POST',
    path: plans,
    summary: 'Write down what other rules or assignments would do, by name, and send nothing',
    scope: 'apps:manage',
    params: onApp,
    body: createBody,
    status: 201,
    answer: plan,
  },
  getAppPlan: {
    ...all,
    method: 'GET',
    path: one,
    summary: 'One plan: how far it is, and what it would do in numbers',
    scope: 'apps:read',
    status: 200,
    answer: plan,
  },
  listAppPlanOperations: {
    ...all,
    method: 'GET',
    path: `${one}/operations`,
    summary: 'What a plan would do: to whom, from what to what, and why',
    scope: 'apps:read',
    query: z.object({ ...pageQuery, operation: operationName.optional(), state: operationState.optional() }),
    status: 200,
    answer: pageOf(operation, 'AppPlanOperationPage'),
    errors: ['invalidCursor'],
  },
  listAppPlanMembers: {
    ...all,
    method: 'GET',
    path: `${one}/members`,
    summary: 'Who would enter and leave which group, with everything else that the plan says taken for done',
    scope: 'apps:read',
    query: page,
    status: 200,
    answer: pageOf(planMembers, 'AppPlanMembersPage'),
    errors: ['invalidCursor'],
  },
  listAppPlanOrphans: {
    ...all,
    method: 'GET',
    path: `${one}/orphans`,
    summary: 'Accounts that nobody is assigned to and that the plan disables or deletes, by name',
    scope: 'apps:read',
    query: z.object({ ...pageQuery, state: orphanState.optional() }),
    status: 200,
    answer: pageOf(planOrphan, 'AppPlanOrphanPage'),
    errors: ['invalidCursor'],
  },
  applyAppPlan: {
    ...all,
    method: 'POST',
    path: `${one}/apply`,
    summary:
      'Carry out a plan: its rules go live, and what it destroys is approved by name, if you may decide on holds',
    scope: 'apps:run',
    stepUp: true,
    status: 200,
    answer: applied,
    errors: ['conflict'],
  },
  excludeFromAppPlan: {
    ...all,
    method: 'POST',
    path: `${one}/exclude`,
    summary:
      'Leave operations out of a plan: of one about rules only what destroys, which is held by name when the plan is applied',
    scope: 'apps:run',
    body: selectionBody,
    status: 200,
    answer: plan,
    errors: ['conflict'],
  },
  includeInAppPlan: {
    ...all,
    method: 'POST',
    path: `${one}/include`,
    summary: 'Take operations into a plan again that were left out',
    scope: 'apps:run',
    body: selectionBody,
    status: 200,
    answer: plan,
    errors: ['conflict'],
  },
  renewAppPlan: {
    ...all,
    method: 'POST',
    path: `${one}/renew`,
    summary: 'Make a plan that is stale anew, from what is there now; the one before is discarded',
    scope: 'apps:manage',
    status: 201,
    answer: plan,
    errors: ['conflict'],
  },
  discardAppPlan: {
    ...all,
    method: 'POST',
    path: `${one}/discard`,
    summary: 'Discard a plan; nothing was sent',
    scope: 'apps:manage',
    status: 200,
    answer: plan,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
