import {
  countListedAccounts,
  exportAccountsCsv,
  findReconciliation,
  listAccounts,
} from '../../../provisioning/reconcile/report.ts'
import { startReconciliation } from '../../../provisioning/reconcile/start-reconciliation.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { viewAccount, viewReconciliation } from '../views/app-accounts.ts'
import { acceptRun } from '../views/runs.ts'
import { nameApp } from './apps.ts'

type AccountRoute = 'reconcileApp' | 'getAppReconciliation' | 'listAppAccounts' | 'exportAppAccounts'

export const appAccountHandlers: Handlers<AccountRoute> = {
  reconcileApp: async (context, { params, body }) => {
    const request = { ...nameApp(context, params), policy: body.policy }
    return acceptRun(await startReconciliation(context.parts.database, context.call, request))
  },

  getAppReconciliation: async (context, { params }) => {
    const { last, nextAt } = await findReconciliation(context.parts.database, nameApp(context, params))
    const body = {
      last: last === undefined ? null : viewReconciliation(last),
      nextAt: nextAt?.toISOString() ?? null,
    }
    return { body }
  },

  listAppAccounts: (context, { params, query }) => {
    const app = nameApp(context, params)
    const { database } = context.parts
    const filter = { class: query.class, standing: query.standing, kind: query.kind }
    return answerList(context, {
      route: `listAppAccounts ${app.appId}`,
      query,
      read: (page) => listAccounts(database, app, { filter, ...page }),
      count: () => countListedAccounts(database, app, filter),
      view: viewAccount,
    })
  },

  exportAppAccounts: async (context, { params, query }) => {
    const app = nameApp(context, params)
    const { database } = context.parts
    // An app that is not there is refused before the first line is sent.
    await findReconciliation(database, app)
    return { body: '', pieces: exportAccountsCsv(database, app, query) }
  },
}
