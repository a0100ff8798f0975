import { z } from 'zod'
import { none, type Route } from './route.ts'
import { plannedTeams } from './source-groups.ts'
import { onSourceRead, sourceReadPath } from './source-reads.ts'
import { anchor, idOf, limits, pageOf, pageQuery } from './values.ts'

const operationName = z
  .enum(['create', 'link', 'update', 'suspend', 'reactivate', 'delete', 'none'])
  .describe('`none`: nothing is done, and why is told')
  .meta({ id: 'SourceOperationName' })
const operationState = z
  .enum(['planned', 'done', 'failed', 'stale', 'held', 'rejected', 'told'])
  .describe('`stale`: out of date when its turn came, and planned again; `held`: a hold waits for a person')
  .meta({ id: 'SourceOperationState' })

const named = z.object({ anchor, name: z.string().nullable() })

const plan = z
  .object({
    readId: idOf('sourceRead'),
    sourceId: idOf('source'),
    state: z.string().describe('Of the read'),
    requiresApproval: z.boolean(),
    approvedBy: z.string().nullable(),
    summary: z
      .string()
      .describe('Such as `create 12, update 40, suspend 3; teams: create 3, update 1, members +40 −3`'),
    operations: z.array(
      z.object({
        operation: operationName,
        state: operationState,
        count: z.int(),
        examples: z.array(named).describe('The first 20'),
      }),
    ),
    teams: plannedTeams,
  })
  .meta({ id: 'SourcePlan' })

const operation = z
  .object({
    anchor,
    round: z.int().describe('What became possible or out of date is planned again in the next one'),
    operation: operationName,
    state: operationState,
    situation: z.string(),
    reason: z.string(),
    personId: idOf('user').nullable(),
    name: z.string().nullable(),
    changes: z
      .array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() }))
      .describe('What changes of somebody who is there; secret values are masked'),
    candidates: z
      .array(z.object({ id: idOf('user'), name: z.string().nullable() }))
      .describe('Whom the record might be'),
    place: z.string().nullable().describe('Where the record stands in the source'),
    holdId: idOf('hold').nullable(),
    error: z
      .object({ reason: z.string(), attribute: z.string().nullable(), detail: z.string() })
      .nullable()
      .describe('Why a record cannot be mapped or written'),
  })
  .meta({ id: 'SourceOperation' })

const anchors = z.array(anchor).max(10_000)
const reason = z.string().trim().min(1).max(limits.descriptionCharactersMax)

const applyBody = z
  .strictObject({
    except: anchors.default([]).describe('Anchors of those who stay as they are until their records change'),
    reason: reason.optional(),
  })
  .meta({ id: 'SourcePlanApply' })

const rejectBody = z
  .strictObject({ anchors: anchors.min(1), reason: reason.optional() })
  .meta({ id: 'SourceOperationsReject' })

const all = { tag: 'Source plans', params: onSourceRead, query: none } as const

export const sourcePlanRoutes = {
  getSourcePlan: {
    ...all,
    method: 'GET',
    path: `${sourceReadPath}/plan`,
    summary: 'What a read would do, in numbers and by the first names',
    scope: 'sources:read',
    body: null,
    status: 200,
    answer: plan,
    errors: [],
  },
  listSourceOperations: {
    ...all,
    method: 'GET',
    path: `${sourceReadPath}/operations`,
    summary: 'What a read does with everybody, in the order of anchors',
    scope: 'sources:read',
    query: z.object({ ...pageQuery, operation: operationName.optional(), state: operationState.optional() }),
    body: null,
    status: 200,
    answer: pageOf(operation, 'SourceOperationPage'),
    errors: ['invalidCursor'],
  },
  applySourcePlan: {
    ...all,
    method: 'POST',
    path: `${sourceReadPath}/plan/apply`,
    summary: 'Let a read do what it planned; whom it cuts off is approved with it, by name',
    scope: 'sources:run',
    body: applyBody,
    status: 200,
    answer: plan,
    errors: ['conflict'],
  },
  rejectSourceOperations: {
    ...all,
    method: 'POST',
    path: `${sourceReadPath}/operations/reject`,
    summary: 'Leave some people as they are until their records change',
    scope: 'sources:run',
    body: rejectBody,
    status: 200,
    answer: plan,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
