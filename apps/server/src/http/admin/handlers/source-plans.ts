import {
  applyPlan,
  countOwnOperations,
  getPlan,
  listOperations,
  rejectFromPlan,
} from '../../../sources/plan/source-plan.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { viewSourceOperation, viewSourcePlan } from '../views/source-plans.ts'
import { nameRead } from './source-reads.ts'

type PlanRoute = 'getSourcePlan' | 'listSourceOperations' | 'applySourcePlan' | 'rejectSourceOperations'

export const sourcePlanHandlers: Handlers<PlanRoute> = {
  getSourcePlan: async (context, { params }) => ({
    body: viewSourcePlan(await getPlan(context.parts.database, nameRead(context, params))),
  }),

  listSourceOperations: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameRead(context, params)
    const { operation, state } = query
    return answerList(context, {
      route: `listSourceOperations ${name.readId}`,
      query,
      read: (page) => listOperations(context.parts, name, { ...page, operation, state, now: context.call.now }),
      count: () => countOwnOperations(database, name, { operation, state }),
      view: viewSourceOperation,
    })
  },

  applySourcePlan: async (context, { params, body }) => {
    const { parts, call } = context
    const { except: anchors, reason } = body
    const plan = await applyPlan(parts.database, call, nameRead(context, params), { anchors, reason })
    return { body: viewSourcePlan(plan) }
  },

  rejectSourceOperations: async (context, { params, body }) => {
    const { parts, call } = context
    return { body: viewSourcePlan(await rejectFromPlan(parts.database, call, nameRead(context, params), body)) }
  },
}
