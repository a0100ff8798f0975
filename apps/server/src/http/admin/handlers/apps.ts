import type { RouteAnswer } from '@rollcall/admin-api'
import { startQualification } from '../../../provisioning/apps/qualify-app.ts'
import { deleteApp } from '../../../provisioning/apps/delete-app.ts'
import { pauseApp, restartApp, resumeApp, stopApp } from '../../../provisioning/apps/app-state.ts'
import { getApp, type App, type AppName } from '../../../provisioning/apps/app.ts'
import { countOwnApps, createApp, listApps, updateApp } from '../../../provisioning/apps/manage-apps.ts'
import { testApp, type AppTest } from '../../../provisioning/apps/test-app.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewApp } from '../views/apps.ts'
import { toExplanation } from '../views/provisioning-log.ts'
import { acceptRun } from '../views/runs.ts'

type AppRoute =
  | 'listApps'
  | 'createApp'
  | 'getApp'
  | 'updateApp'
  | 'deleteApp'
  | 'pauseApp'
  | 'resumeApp'
  | 'stopApp'
  | 'qualifyApp'
  | 'restartApp'
  | 'testApp'

export const appHandlers: Handlers<AppRoute> = {
  listApps: (context, { query }) => {
    const { database } = context.parts
    return answerList(context, {
      route: 'listApps',
      query,
      read: (page) => listApps(database, context.organization.id, page),
      count: () => countOwnApps(database, context.organization.id),
      view: viewApp,
    })
  },

  createApp: async (context, { body }) => {
    const { parts, call } = context
    const { rules, ...command } = body
    const organizationId = context.organization.id
    const shown = show(await createApp(parts, call, { organizationId, command, rules }))
    return { ...shown, location: `/api/v1/organizations/${context.organization.slug}/apps/${shown.body.id}` }
  },

  getApp: async (context, { params }) => show(await getApp(context.parts.database, nameApp(context, params))),

  updateApp: async (context, { params, body }) => {
    const { parts, call, ifVersion } = context
    const name = nameApp(context, params)
    const app = await changeVersioned({
      ifVersion,
      change: () => updateApp(parts, call, { ...name, command: body, ifVersion }),
      readVersion: async () => (await getApp(parts.database, name)).version,
    })
    return show(app)
  },

  deleteApp: async (context, { params }) =>
    acceptRun(await deleteApp(context.parts.database, context.call, nameApp(context, params))),

  pauseApp: async (context, { params, body }) =>
    show(
      await pauseApp(context.parts.database, context.call, {
        ...nameApp(context, params),
        reason: body.reason,
        until: body.until === undefined ? undefined : new Date(body.until),
      }),
    ),

  resumeApp: async (context, { params }) =>
    show(await resumeApp(context.parts.database, context.call, nameApp(context, params))),

  restartApp: async (context, { params }) =>
    show(await restartApp(context.parts.database, context.call, nameApp(context, params))),

  testApp: async (context, { params }) => {
    const test = await testApp(context.parts, context.call.now, nameApp(context, params))
    return { body: viewTest(test) }
  },

  qualifyApp: async (context, { params, body }) =>
    acceptRun(await startQualification(context.parts.database, context.call, { ...nameApp(context, params), ...body })),

  stopApp: async (context, { params }) =>
    show(await stopApp(context.parts.database, context.call, nameApp(context, params))),
}

export function nameApp(context: CallContext, params: { readonly app: string }): AppName {
  return { organizationId: context.organization.id, appId: toUuid('app', params.app) }
}

function viewTest(test: AppTest): RouteAnswer<'testApp'> {
  const { isWorking, reason = null, explanation = null, detail = null, httpStatus, exchanges } = test
  return {
    isWorking,
    reason,
    explanation: explanation === null ? null : toExplanation(explanation),
    detail,
    httpStatus,
    exchanges: exchanges.map((exchange) => ({ ...exchange })),
  }
}

function show(app: App) {
  return { body: viewApp(app), version: app.version }
}
