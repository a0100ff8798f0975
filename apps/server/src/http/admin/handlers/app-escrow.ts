import { getApp } from '../../../provisioning/apps/app.ts'
import { countEscrow, listEscrow, listEscrowReasons, retryEscrow } from '../../../provisioning/health/escrow.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { viewEscrow, viewEscrowReason } from '../views/app-escrow.ts'
import { nameApp } from './apps.ts'

export const appEscrowHandlers: Handlers<'getAppEscrowReasons' | 'listAppEscrow' | 'retryAppEscrow'> = {
  getAppEscrowReasons: async (context, { params }) => {
    const rows = await listEscrowReasons(context.parts.database, await findApp(context, params))
    return { body: { data: rows.map(viewEscrowReason) } }
  },

  listAppEscrow: async (context, { params, query }) => {
    const { database } = context.parts
    const app = await findApp(context, params)
    const find = { reason: query.reason, kind: query.kind }
    return answerList(context, {
      route: 'listAppEscrow',
      query,
      read: (page) => listEscrow(database, app, { ...page, ...find }),
      count: () => countEscrow(database, app, find),
      view: viewEscrow,
    })
  },

  retryAppEscrow: async (context, { params, body }) => {
    const app = await findApp(context, params)
    return { body: { count: await retryEscrow(context.parts.database, context.call, { ...app, ...body }) } }
  },
}

/** Throws `appNotFound`. */
async function findApp(context: CallContext, params: { readonly app: string }) {
  const name = nameApp(context, params)
  await getApp(context.parts.database, name)
  return name
}
