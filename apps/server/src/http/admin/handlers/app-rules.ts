import type { AppName } from '../../../provisioning/apps/app.ts'
import {
  getRules,
  listRevisions,
  restoreRules,
  saveRules,
  type RulesRevision,
} from '../../../provisioning/apps/rules-revisions.ts'
import { publishWithoutPlan } from '../../../provisioning/plans/require-plan.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { viewRevision, viewRevisionSummary } from '../views/apps.ts'
import { nameApp } from './apps.ts'

type RuleRoute = 'listAppRevisions' | 'getAppRules' | 'saveAppRules' | 'restoreAppRules' | 'publishAppRules'

export const appRuleHandlers: Handlers<RuleRoute> = {
  listAppRevisions: (context, { params, query }) => {
    const app = nameApp(context, params)
    return answerList(context, {
      route: `listAppRevisions ${app.appId}`,
      query,
      read: (page) => listRevisions(context.parts.database, app, page),
      // Revisions count from 1 and are never deleted, so the newest tells how many there are.
      count: async () => (await listRevisions(context.parts.database, app, { limit: 1 })).data[0]?.revision ?? 0,
      view: viewRevisionSummary,
    })
  },

  getAppRules: async (context, { params, query }) => {
    const revision = query.revision === 'live' || query.revision === 'draft' ? query.revision : Number(query.revision)
    return { body: viewRevision(await getRules(context.parts.database, { ...nameApp(context, params), revision })) }
  },

  saveAppRules: async (context, { params, body }) => {
    const request = { ...nameApp(context, params), document: body.rules, note: body.note }
    return { body: viewRevision(await saveRules(context.parts.database, context.call, request)) }
  },

  restoreAppRules: async (context, { params, body }) => ({
    body: viewRevision(
      await restoreRules(context.parts.database, context.call, { ...nameApp(context, params), ...body }),
    ),
  }),

  publishAppRules: async (context, { params, body }) => ({
    body: viewRevision(await publish(context, { ...nameApp(context, params), ...body })),
  }),
}

async function publish(
  context: CallContext,
  request: AppName & { readonly revision: number; readonly withoutPlan: boolean },
): Promise<RulesRevision> {
  await publishWithoutPlan(context.parts.database, context.call, request)
  return getRules(context.parts.database, request)
}
