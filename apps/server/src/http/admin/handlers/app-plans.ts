import type { PlanOperation } from '../../../provisioning/plans/plan.ts'
import { applyPlan } from '../../../provisioning/plans/apply-plan.ts'
import {
  countOperations,
  countPlans,
  createPlan,
  discardPlan,
  getPlan,
  listOperations,
  listPlans,
  type Plan,
  type PlanName,
} from '../../../provisioning/plans/plan.ts'
import { countOrphansOfPlan, listPlanOrphans } from '../../../provisioning/orphans/list-orphans.ts'
import { toTargetOpener } from '../../../provisioning/plans/planner.ts'
import { countPlanTeams, listPlanMembers } from '../../../provisioning/plans/plan-members.ts'
import { excludeOperations, includeOperations } from '../../../provisioning/plans/exclude.ts'
import { renewPlan } from '../../../provisioning/plans/renew-plan.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toObjectRef } from '../object-ref.ts'
import { toUuid } from '../to-uuid.ts'
import { viewPlan, viewPlanMembers, viewPlanOperation, viewPlanOrphan } from '../views/app-plans.ts'
import { nameApp } from './apps.ts'

type PlanRoute =
  | 'listAppPlans'
  | 'createAppPlan'
  | 'getAppPlan'
  | 'listAppPlanOperations'
  | 'listAppPlanMembers'
  | 'listAppPlanOrphans'
  | 'applyAppPlan'
  | 'excludeFromAppPlan'
  | 'includeInAppPlan'
  | 'renewAppPlan'
  | 'discardAppPlan'

export const appPlanHandlers: Handlers<PlanRoute> = {
  listAppPlans: (context, { params, query }) => {
    const app = nameApp(context, params)
    const { database } = context.parts
    return answerList(context, {
      route: `listAppPlans ${app.appId}`,
      query,
      read: (page) => listPlans(database, app, page),
      count: () => countPlans(database, app),
      view: viewPlan,
    })
  },

  createAppPlan: async (context, { params, body }) => {
    const { revision, assign, unassign } = body
    const plan = await createPlan(context.parts.database, context.call, {
      ...nameApp(context, params),
      revision,
      assign: assign.map(toObjectRef),
      unassign: unassign.map(toObjectRef),
    })
    return answerMade(context, params, plan)
  },

  getAppPlan: async (context, { params }) => ({
    body: viewPlan(await getPlan(context.parts.database, namePlan(context, params))),
  }),

  listAppPlanOperations: (context, { params, query }) => {
    const name = namePlan(context, params)
    const { database } = context.parts
    const { operation, state } = query
    const filter = { operation, state }
    return answerList(context, {
      route: `listAppPlanOperations ${name.planId}`,
      query,
      read: (page) => listOperations(database, name, { filter, ...page }),
      count: () => countOperations(database, name, filter),
      view: viewPlanOperation,
    })
  },

  listAppPlanMembers: (context, { params, query }) => {
    const name = namePlan(context, params)
    const { database } = context.parts
    return answerList(context, {
      route: `listAppPlanMembers ${name.planId}`,
      query,
      read: (page) => listPlanMembers(database, name, page),
      count: () => countPlanTeams(database, name),
      view: viewPlanMembers,
    })
  },

  listAppPlanOrphans: (context, { params, query }) => {
    const name = namePlan(context, params)
    const { database } = context.parts
    const { state } = query
    return answerList(context, {
      route: `listAppPlanOrphans ${name.planId}`,
      query,
      read: (page) => listPlanOrphans(database, name, { ...page, state }),
      count: () => countOrphansOfPlan(database, name, { state }),
      view: viewPlanOrphan,
    })
  },

  applyAppPlan: async (context, { params }) => {
    const { parts, call } = context
    const { database, encryption } = parts
    const planner = { database, encryption, openTarget: toTargetOpener(parts) }
    const { plan, applied, changed } = await applyPlan(planner, call, namePlan(context, params))
    return { body: { plan: viewPlan(plan), applied, changed } }
  },

  excludeFromAppPlan: async (context, { params, body }) => {
    const selection = toSelection(body)
    const name = namePlan(context, params)
    return { body: viewPlan(await excludeOperations(context.parts.database, context.call, { ...name, selection })) }
  },

  includeInAppPlan: async (context, { params, body }) => {
    const selection = toSelection(body)
    const name = namePlan(context, params)
    return { body: viewPlan(await includeOperations(context.parts.database, context.call, { ...name, selection })) }
  },

  renewAppPlan: async (context, { params }) =>
    answerMade(context, params, await renewPlan(context.parts.database, context.call, namePlan(context, params))),

  discardAppPlan: async (context, { params }) => ({
    body: viewPlan(await discardPlan(context.parts.database, context.call, namePlan(context, params))),
  }),
}

function answerMade(context: CallContext, { app }: { readonly app: string }, plan: Plan) {
  const body = viewPlan(plan)
  return { body, location: `/api/v1/organizations/${context.organization.slug}/apps/${app}/plans/${body.id}` }
}

function namePlan(context: CallContext, params: { readonly app: string; readonly plan: string }): PlanName {
  return { ...nameApp(context, params), planId: toUuid('plan', params.plan) }
}

type SelectionBody = {
  readonly objects?: readonly string[] | undefined
  readonly operations?: readonly PlanOperation['operation'][] | undefined
  readonly others: boolean
}

function toSelection({ objects, operations, others }: SelectionBody) {
  return { objectIds: objects?.map((text) => toObjectRef(text).id), operations, isInverted: others }
}
