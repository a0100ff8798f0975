import { z } from 'zod'
import { appPath, appState, onApp } from './apps.ts'
import { none, page, type Route } from './route.ts'
import { idOf, instant, pageOf } from './values.ts'

const count = z.int().min(0)

const counts = z
  .object({
    total: count.describe('The sum of all the others'),
    inSync: count.describe('The account holds what it should'),
    pending: count.describe('Something is to be evaluated or sent'),
    waiting: count.describe('Waits for another object'),
    escrowed: count.describe('Failed, and is tried again'),
    held: count.describe('Waits for the approval of a mass change'),
    conflict: count.describe('A person has to decide which account it is'),
    outOfScope: count.describe('Not assigned, left out by a filter, or without an account that the rules would create'),
  })
  .meta({ id: 'AppStateCounts' })

const cycle = z
  .object({
    id: idOf('cycle'),
    kind: z.enum(['initial', 'incremental', 'full', 'reconciliation']),
    state: z.enum(['evaluating', 'exporting', 'done', 'cancelled', 'failed']),
    rulesRevision: z.int(),
    startedAt: instant,
    endedAt: instant.nullable(),
    estimate: count.nullable().describe('How many objects it looks at'),
    counters: z
      .object({
        created: count,
        adopted: count,
        updated: count,
        disabled: count,
        enabled: count,
        deleted: count,
        unlinked: count,
        skipped: count,
        failed: count.describe('Objects that wait in escrow'),
        held: count.describe('Objects that wait for the approval of a mass change'),
      })
      .nullable()
      .describe('What became of it; null until it has ended'),
  })
  .meta({ id: 'AppCycle' })

const progress = z
  .object({
    id: idOf('app'),
    name: z.string(),
    state: appState,
    pausedReason: z.string().nullable(),
    at: instant,
    people: counts,
    teams: counts,
    lanes: z
      .array(
        z.object({
          lane: z.enum(['leaver', 'onDemand', 'joiner', 'update', 'backfill', 'reconciliation']),
          count,
          oldestDueAt: instant,
        }),
      )
      .describe('What is pending, the most urgent first'),
    cycle: cycle.nullable().describe('The latest'),
    ratePerSecond: z.number().min(0).describe('Operations in the last five minutes'),
    etaSeconds: z.int().min(0).nullable().describe('Until nothing is pending, at that rate; null: nobody can tell'),
  })
  .meta({ id: 'AppProgress' })

const all = { tag: 'Apps', scope: 'apps:read', method: 'GET', params: onApp, body: null, status: 200 } as const

export const appProgressRoutes = {
  getAppProgress: {
    ...all,
    path: `${appPath}/progress`,
    summary: 'How many people and teams are in which state, how fast it goes and how long it takes',
    query: none,
    answer: progress,
    errors: [],
    hasEvents: true,
  },
  listAppCycles: {
    ...all,
    path: `${appPath}/cycles`,
    summary: 'Cycles of an app, newest first',
    query: page,
    answer: pageOf(cycle, 'AppCyclePage'),
    errors: ['invalidCursor'],
  },
} as const satisfies Record<string, Route>
