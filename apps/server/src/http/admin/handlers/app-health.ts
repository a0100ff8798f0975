import { pauseGate, readGate, resumeGate } from '../../../provisioning/gate/gate-state.ts'
import { getAppHealth, probeByHand, releaseByHand } from '../../../provisioning/health/care.ts'
import type { Handlers } from '../call-context.ts'
import { viewGate, viewHealth } from '../views/app-health.ts'
import { nameApp } from './apps.ts'

type AppHealthRoute = 'getAppHealth' | 'probeApp' | 'releaseApp' | 'getAppGate' | 'pauseAppGate' | 'resumeAppGate'

export const appHealthHandlers: Handlers<AppHealthRoute> = {
  getAppHealth: async (context, { params }) => ({
    body: viewHealth(await getAppHealth(context.parts.database, nameApp(context, params)), context.call.now),
  }),

  probeApp: async (context, { params }) => ({
    body: viewHealth(
      await probeByHand(context.parts.database, context.call, nameApp(context, params)),
      context.call.now,
    ),
  }),

  releaseApp: async (context, { params }) => ({
    body: viewHealth(
      await releaseByHand(context.parts.database, context.call, nameApp(context, params)),
      context.call.now,
    ),
  }),

  getAppGate: async (context, { params }) => ({
    body: viewGate(await readGate(context.parts.database, nameApp(context, params), context.call.now)),
  }),

  pauseAppGate: async (context, { params, body }) => {
    const request = { ...nameApp(context, params), reason: body.reason, until: new Date(body.until) }
    return { body: viewGate(await pauseGate(context.parts.database, context.call, request)) }
  },

  resumeAppGate: async (context, { params }) => ({
    body: viewGate(await resumeGate(context.parts.database, context.call, nameApp(context, params))),
  }),
}
