import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { idOf, instant, pageOf, pageQuery, slug } from './values.ts'

const runState = z.enum(['queued', 'running', 'done', 'failed']).meta({ id: 'RunState' })

/** Work that takes longer than a request: what every route with status 202 answers. */
export const run = z
  .object({
    id: idOf('run'),
    organizationId: idOf('organization').nullable().describe('Null for work on the whole instance'),
    kind: z.string().describe('What is done, such as `organization.recount`'),
    state: runState,
    done: z.int().min(0).describe('How many pieces are done'),
    total: z.int().min(0).nullable().describe('How many there are; null while nobody knows'),
    createdBy: z.string(),
    createdAt: instant,
    startedAt: instant.nullable(),
    endedAt: instant.nullable(),
    result: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('Of a run that is done; its members depend on the kind'),
    error: z.string().nullable().describe('Why a run failed; for people'),
  })
  .meta({ id: 'Run' })

export const runPage = pageOf(run, 'RunPage')

export const runRoutes = {
  listRuns: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/runs',
    tag: 'Runs',
    summary: 'Long work, newest first: what runs, what is done, what failed. Shows what the key might have started',
    scope: 'any',
    params: inOrganization,
    query: z.object({ ...pageQuery, state: runState.optional(), kind: z.string().min(1).max(100).optional() }),
    body: null,
    status: 200,
    answer: runPage,
    errors: ['invalidCursor'],
  },
  getRun: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/runs/{run}',
    tag: 'Runs',
    summary: 'How far long work is. With `Accept: text/event-stream` the answer follows it to its end',
    scope: 'any',
    params: inOrganization.extend({ run: idOf('run') }),
    query: none,
    body: null,
    status: 200,
    answer: run,
    errors: [],
    hasEvents: true,
  },
  getInstanceRun: {
    method: 'GET',
    path: '/api/v1/runs/{run}',
    tag: 'Runs',
    summary: 'How far work on the whole instance is. With `Accept: text/event-stream` the answer follows it to its end',
    scope: 'instance',
    params: z.object({ run: idOf('run') }),
    query: none,
    body: null,
    status: 200,
    answer: run,
    errors: [],
    hasEvents: true,
  },
  deleteOrganization: {
    method: 'DELETE',
    path: '/api/v1/organizations/{organization}',
    tag: 'Organizations',
    summary: 'Delete an organization with everything in it, for good. Its keys are dead at once',
    scope: 'instance',
    orSignedIn: 'owners:manage',
    stepUp: true,
    params: inOrganization,
    query: z.object({ confirm: slug.describe('The slug of the organization, so that nobody deletes another one') }),
    body: null,
    status: 202,
    answer: run,
    errors: [],
  },
  recountOrganization: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/recount',
    tag: 'Organizations',
    summary: 'Count people and teams anew, after a restore or an import by other ways',
    scope: 'settings:manage',
    params: inOrganization,
    query: none,
    body: null,
    status: 202,
    answer: run,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
