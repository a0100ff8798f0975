import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { action, exchanges, explanation, modified, status, step } from './provisioning-log.ts'
import { none, type Route } from './route.ts'
import { run } from './runs.ts'
import { idOf, instant, pageOf, pageQuery } from './values.ts'

const subject = idOf('user', 'team')

const fields = {
  evenIfPaused: z.boolean().default(false).describe('Also while the app is paused, stopped or in quarantine'),
}

const fewBody = z
  .strictObject({
    subjects: z.array(subject).min(1).max(5).describe('People, and teams with their members'),
    ...fields,
  })
  .meta({ id: 'AppProvision' })

const manyBody = z
  .strictObject({
    subjects: z.array(subject).min(1).max(1_000).describe('People, and teams with their members'),
    ...fields,
  })
  .meta({ id: 'AppProvisionMany' })

const trace = z
  .object({
    id: idOf('trace'),
    at: instant,
    object: z.object({ kind: z.enum(['user', 'team']), id: idOf('user', 'team'), name: z.string().nullable() }),
    runId: idOf('run').nullable(),
    action: action.nullable().describe('What was done last; null: nothing was to be done'),
    status,
    reason: z.string().describe('A code of `provisioning-reasons`'),
    explanation,
    modified,
    steps: z.array(step).describe('import, scoping, matching, processing, referenceResolution, export'),
    exchanges,
  })
  .meta({ id: 'ProvisioningTrace' })

const traces = z
  .object({
    data: z.array(
      trace.extend({ dueAt: instant.nullable().describe('When it goes on by itself; null: it is done, or waits') }),
    ),
  })
  .meta({ id: 'ProvisioningTraces' })

const all = { tag: 'Apps', params: onApp, query: none } as const

export const appProvisionRoutes = {
  provisionNow: {
    ...all,
    method: 'POST',
    path: `${appPath}/provision`,
    summary: 'Send up to five people, or a team of up to five, now, and tell every step',
    scope: 'apps:run',
    body: fewBody,
    status: 200,
    answer: traces,
    errors: ['conflict'],
  },
  provisionMany: {
    ...all,
    method: 'POST',
    path: `${appPath}/provision/many`,
    summary: 'Send any number of people and teams with their members now, by a run; their steps are kept for a week',
    scope: 'apps:run',
    body: manyBody,
    status: 202,
    answer: run,
    errors: [],
  },
  listProvisioningTraces: {
    ...all,
    method: 'GET',
    path: `${appPath}/traces`,
    summary: 'What was provisioned by hand in the last seven days, step by step, newest first',
    scope: 'apps:read',
    query: z.object({ ...pageQuery, run: idOf('run').optional(), object: subject.optional() }),
    body: null,
    status: 200,
    answer: pageOf(trace, 'ProvisioningTracePage'),
    errors: ['invalidCursor'],
  },
} as const satisfies Record<string, Route>
