import type { RouteAnswer } from '@rollcall/admin-api'
import { provisionByRun, provisionNow, type ProvisionRequest } from '../../../provisioning/by-hand/provision.ts'
import { countTraces, listTraces } from '../../../provisioning/by-hand/traces.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toObjectRef } from '../object-ref.ts'
import { toUuid } from '../to-uuid.ts'
import { viewTrace } from '../views/app-provision.ts'
import { acceptRun } from '../views/runs.ts'
import { nameApp } from './apps.ts'

export const appProvisionHandlers: Handlers<'provisionNow' | 'provisionMany' | 'listProvisioningTraces'> = {
  provisionNow: async (context, { params, body }) => {
    const traces = await provisionNow(context.parts, context.call, toRequest(context, params, body))
    const data: RouteAnswer<'provisionNow'>['data'] = traces.map((trace) => ({
      ...viewTrace({ ...trace, runId: null }),
      dueAt: trace.dueAt?.toISOString() ?? null,
    }))
    return { body: { data } }
  },

  provisionMany: async (context, { params, body }) =>
    acceptRun(await provisionByRun(context.parts.database, context.call, toRequest(context, params, body))),

  listProvisioningTraces: (context, { params, query }) => {
    const app = nameApp(context, params)
    const { database } = context.parts
    const filter = {
      runId: query.run === undefined ? undefined : toUuid('run', query.run),
      objectId: query.object === undefined ? undefined : toObjectRef(query.object).id,
    }
    return answerList(context, {
      route: `listProvisioningTraces ${app.appId}`,
      query,
      read: (page) => listTraces(database, app, { filter, ...page }),
      count: () => countTraces(database, app, filter),
      view: viewTrace,
    })
  },
}

function toRequest(
  context: CallContext,
  params: { readonly app: string },
  { subjects, evenIfPaused }: { readonly subjects: readonly string[]; readonly evenIfPaused: boolean },
): ProvisionRequest {
  return { ...nameApp(context, params), subjects: subjects.map(toObjectRef), evenIfPaused }
}
