import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { none, type Route } from './route.ts'
import { instant, limits } from './values.ts'

const health = z
  .object({
    health: z
      .enum(['healthy', 'degraded', 'quarantined', 'probing'])
      .describe(
        '`degraded`: sent to at half the rate; `quarantined`: nothing is sent but probes; `probing`: a few items show whether it works again',
      ),
    reason: z.string().nullable().describe('A code of the reasons; null: nothing is wrong'),
    meaning: z.string().nullable(),
    remedy: z.string().nullable(),
    detail: z.string().nullable().describe('What the app answered'),
    since: instant.nullable(),
    nextProbeAt: instant.nullable(),
    pace: z
      .object({
        ratePerSecond: z.number().describe('Requests that it bears, as far as is known'),
        waitsUntil: instant.nullable().describe('Nothing is sent before then; null: nothing is waited for'),
        waitsFor: z.string().nullable().describe('A code of the reasons'),
        setBy: z
          .enum(['app', 'us'])
          .nullable()
          .describe('`app`: it said when, by `Retry-After` or another header; `us`: it did not say'),
      })
      .nullable()
      .describe('How fast it is sent to; null: nothing was sent yet'),
  })
  .meta({ id: 'AppHealth' })

const gate = z
  .object({
    kind: z.enum(['rolling', 'cycle', 'off']).describe('`cycle`: counted by the cycle, as Microsoft Entra ID does'),
    windowMs: z.int().nullable(),
    liveLinks: z.int().describe('Accounts and groups that stand'),
    allowance: z.int().nullable().describe('How many of a class may pass in the window; null: the gate is off'),
    used: z
      .object({ disable: z.int(), delete: z.int(), memberRemoval: z.int() })
      .describe('How many have passed in the window'),
    pause: z
      .object({ reason: z.string(), until: instant, pausedBy: z.string(), pausedAt: instant })
      .nullable()
      .describe('Somebody switched it off for a while'),
  })
  .meta({ id: 'AppGate' })

const pauseBody = z
  .strictObject({
    reason: z.string().trim().min(1).max(limits.descriptionCharactersMax).describe('Why, for those who ask later'),
    until: instant.describe('At most 7 days ahead'),
  })
  .meta({ id: 'AppGatePause' })

const all = { tag: 'App health', params: onApp, query: none, body: null, status: 200 } as const
const act = { ...all, method: 'POST', answer: health } as const

export const appHealthRoutes = {
  getAppHealth: {
    ...all,
    method: 'GET',
    path: `${appPath}/health`,
    summary: 'Whether an app works, and if not, why and when it is asked next',
    scope: 'apps:read',
    answer: health,
    errors: [],
  },
  probeApp: {
    ...act,
    path: `${appPath}/probe`,
    summary: 'Ask an app in quarantine within seconds whether it works again',
    scope: 'apps:run',
    errors: ['conflict'],
  },
  releaseApp: {
    ...act,
    path: `${appPath}/release`,
    summary: 'Let an app out of quarantine without a probe',
    scope: 'apps:run',
    errors: ['conflict'],
  },
  getAppGate: {
    ...all,
    method: 'GET',
    path: `${appPath}/gate`,
    summary: 'How much destructive work may pass unseen, and how much has passed',
    scope: 'apps:read',
    answer: gate,
    errors: [],
  },
  pauseAppGate: {
    ...all,
    method: 'POST',
    path: `${appPath}/gate/pause`,
    summary: 'Let all destructive work pass until a time',
    scope: 'apps:manage',
    stepUp: true,
    body: pauseBody,
    answer: gate,
    errors: [],
  },
  resumeAppGate: {
    ...all,
    method: 'POST',
    path: `${appPath}/gate/resume`,
    summary: 'Count destructive work again',
    scope: 'apps:manage',
    answer: gate,
    errors: [],
  },
} as const satisfies Record<string, Route>
