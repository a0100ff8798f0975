import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { none, type Route } from './route.ts'
import { idOf, instant, pageOf, pageQuery } from './values.ts'

const reasonCode = z.string().max(100).describe('A code of the reasons')

const reason = z
  .object({
    reason: reasonCode,
    meaning: z.string(),
    remedy: z.string(),
    count: z.int(),
    givenUp: z.int().describe('So many of them are not tried again by themselves: only a retry tries them'),
    attribute: z.string().nullable().describe('The attribute at fault, where it is one and the same'),
    nextAttemptAt: instant.nullable().describe('Null: all of them were given up'),
  })
  .meta({ id: 'AppEscrowReason' })

const entry = z
  .object({
    kind: z.enum(['user', 'team']),
    id: idOf('user', 'team'),
    name: z.string().nullable(),
    targetKey: z.string().nullable().describe('Its id in the app, where it is linked'),
    reason: reasonCode.nullable(),
    meaning: z.string(),
    remedy: z.string(),
    attribute: z.string().nullable(),
    detail: z.string().nullable().describe('What the app answered'),
    attempts: z.int(),
    failedAt: instant.nullable(),
    nextAttemptAt: instant.nullable().describe('Null: it was given up; only a retry tries it'),
  })
  .meta({ id: 'AppEscrowEntry' })

const retryBody = z
  .strictObject({ reason: reasonCode.optional().describe('Only what waits for this reason; without it everything') })
  .meta({ id: 'AppEscrowRetry' })

const all = { tag: 'App escrow', params: onApp, query: none, body: null, status: 200 } as const

export const appEscrowRoutes = {
  getAppEscrowReasons: {
    ...all,
    method: 'GET',
    path: `${appPath}/escrow/reasons`,
    summary: 'Why people and teams cannot be provisioned into an app, most frequent reason first',
    scope: 'apps:read',
    answer: z.object({ data: z.array(reason) }).meta({ id: 'AppEscrowReasons' }),
    errors: [],
  },
  listAppEscrow: {
    ...all,
    method: 'GET',
    path: `${appPath}/escrow`,
    summary: 'People and teams that an app does not take, and when each is tried next',
    scope: 'apps:read',
    query: z.object({ ...pageQuery, reason: reasonCode.optional(), kind: z.enum(['user', 'team']).optional() }),
    answer: pageOf(entry, 'AppEscrowPage'),
    errors: ['invalidCursor'],
  },
  retryAppEscrow: {
    ...all,
    method: 'POST',
    path: `${appPath}/escrow/retry`,
    summary: 'Try everything now that waits for a reason, as if it had never failed',
    scope: 'apps:run',
    body: retryBody,
    answer: z.object({ count: z.int() }).meta({ id: 'AppEscrowRetried' }),
    errors: [],
  },
} as const satisfies Record<string, Route>
