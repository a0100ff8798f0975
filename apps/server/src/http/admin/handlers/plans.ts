import type { RouteAnswer } from '@rollcall/admin-api'
import {
  changePlan,
  explainMissing,
  features,
  getEntitlements,
  plans,
  type Entitlements,
} from '../../../access/plans.ts'
import { countSeats } from '../../../directory/seats.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList, readTable } from '../list.ts'

// Object.keys forgets the key type; the table is the only source.
const featureNames = Object.keys(features) as readonly (keyof typeof features)[]

export const planHandlers: Handlers<'listPlans' | 'getOrganizationPlan' | 'changeOrganizationPlan'> = {
  listPlans: (context, { query }) => {
    const all = Object.entries(plans).map(([name, plan]) => ({ name, ...plan }))
    return answerList(context, {
      route: 'listPlans',
      query,
      read: async (page) => readTable(all, page, ({ name }) => name),
      count: async () => all.length,
      view: (plan) => ({ ...plan, features: [...plan.features] }),
    })
  },

  getOrganizationPlan: async (context) => {
    const { database } = context.parts
    return { body: await view(context, await getEntitlements(database, context.organization.id)) }
  },

  changeOrganizationPlan: async (context, { body }) => {
    const request = { organizationId: context.organization.id, command: body }
    return { body: await view(context, await changePlan(context.parts.database, context.call, request)) }
  },
}

async function view(context: CallContext, has: Entitlements): Promise<RouteAnswer<'getOrganizationPlan'>> {
  return {
    plan: has.plan,
    features: featureNames.map((name) => {
      const included = has.features.has(name)
      return { name, included, explanation: included ? null : explainMissing(name, has) }
    }),
    seats: { max: has.seatsMax, used: await countSeats(context.parts.database, context.organization.id) },
    overrides: Object.fromEntries(Object.entries(has.overrides)),
    version: has.version,
  }
}
