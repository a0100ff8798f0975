import { z } from 'zod'
import { healthCheckNames } from './names.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { run } from './runs.ts'
import { displayName, idOf, instant, mailAddress, organizationReference, pageOf, pageQuery, slug } from './values.ts'

const count = z.int().min(0)

const instanceOrganization = z
  .object({
    id: idOf('organization'),
    slug,
    name: displayName,
    plan: z.string(),
    people: count.describe('How many may sign in or be provisioned: pending and active'),
    lastChangeAt: instant.nullable().describe('When anything in it changed last; null: nothing did yet'),
    createdAt: instant,
  })
  .meta({ id: 'InstanceOrganization' })

const operator = z
  .object({
    id: idOf('user').describe('The person’s'),
    userName: z.string(),
    name: z.string().nullable(),
    isActive: z.boolean().describe('False: suspended or deleted, so that the right rests'),
    organization: z.object({ id: idOf('organization'), slug, name: displayName }),
    grantedBy: z.string(),
    grantedAt: instant,
  })
  .meta({ id: 'Operator' })

const queue = z.object({
  name: z.string().describe('Such as `mails`, `runs`, `webhooks`, `source-reads`'),
  count: count.describe('Entries that are due and wait for a worker'),
  oldestSeconds: z.number().min(0).describe('How long the oldest has been due'),
})

const timetableEntry = z.object({
  name: z.string(),
  cron: z.string().describe('Five fields, in UTC'),
  state: z.string().nullable().describe('Of its last turn: `completed`, `failed`, `active`; null: it has had none'),
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  error: z.string().nullable(),
})

const instanceJobs = z
  .object({
    at: instant,
    queues: z.array(queue),
    engine: z.object({
      waiting: count.describe('Changes for apps that are due'),
      oldestSeconds: z.number().min(0),
      held: count,
      escrowed: count,
      unwellApps: count.describe('Apps that are not healthy'),
    }),
    timetable: z.array(timetableEntry),
    sessions: count.describe('Connections of Rollcall’s processes to the database'),
  })
  .meta({ id: 'InstanceJobs' })

const instanceRun = run
  .extend({ organization: z.object({ slug, name: displayName }).nullable().describe('Null: of the instance, or gone') })
  .meta({ id: 'InstanceRun' })

const finding = z.object({
  check: z.enum(healthCheckNames),
  status: z.enum(['ok', 'warning', 'failed']),
  detail: z.string().describe('One sentence in English'),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).describe('What was measured, by check'),
})

const instanceHealth = z
  .object({
    at: instant,
    isHealthy: z.boolean().describe('No check has failed'),
    checks: z.array(finding),
    version: z.object({
      rollcall: z.string(),
      commit: z.string(),
      node: z.string(),
      platform: z.string(),
      startedAt: instant.describe('Of the process that answers'),
    }),
  })
  .meta({ id: 'InstanceHealth' })

const encryptionKeys = z
  .object({
    source: z.enum(['environment', 'file']).describe('Where the keys are kept'),
    keys: z.array(
      z.object({
        id: z.string().describe('Fingerprint: the beginning of the SHA-256 of the key'),
        isCurrent: z.boolean().describe('Seals what is new; the others only open'),
        secrets: count.describe('Secrets of the instance that it sealed'),
        since: instant.nullable().describe('When the oldest of them was sealed; null: there is none'),
      }),
    ),
    unknown: count.describe('Secrets that none of these keys opens'),
  })
  .meta({ id: 'EncryptionKeys' })

const supportBundle = z
  .object({
    at: instant,
    health: instanceHealth,
    settings: z.array(z.object({ name: z.string(), value: z.unknown() })).describe('Secrets are redacted'),
    jobs: instanceJobs,
    failedRuns: z.array(instanceRun).describe('Without names of organizations'),
    encryptionKeys,
    tables: z.array(z.object({ name: z.string(), rows: count, bytes: count })).describe('Rows are estimates'),
  })
  .meta({ id: 'SupportBundle' })

const tag = 'Instance'
const instance = '/api/v1/instance' as const
const all = { tag, scope: 'instance', params: none, query: none, body: null, status: 200, errors: [] } as const
const runQuery = z.object({
  ...pageQuery,
  state: z.enum(['queued', 'running', 'done', 'failed']).optional(),
})

export const instanceRoutes = {
  listInstanceOrganizations: {
    ...all,
    method: 'GET',
    path: `${instance}/organizations`,
    summary: 'Every organization with its size, by slug',
    query: page,
    answer: pageOf(instanceOrganization, 'InstanceOrganizationPage'),
    errors: ['invalidCursor'],
  },
  inviteOwner: {
    ...all,
    method: 'POST',
    path: `${instance}/organizations/{organization}/owner`,
    summary: 'Invite a new person as owner, by mail and by the link in the answer',
    stepUp: true,
    params: inOrganization,
    body: z.strictObject({ email: mailAddress }).meta({ id: 'OwnerInvite' }),
    status: 201,
    answer: z
      .object({
        userId: idOf('user'),
        url: z.url().describe('Whoever opens it becomes the person: hand it to nobody else'),
        expiresAt: instant.nullable(),
      })
      .meta({ id: 'InvitedOwner' }),
    errors: ['conflict'],
  },
  listOperators: {
    ...all,
    method: 'GET',
    path: `${instance}/operators`,
    summary: 'People who run this server: what keys of the instance may do, they may do when signed in',
    query: page,
    answer: pageOf(operator, 'OperatorPage'),
    errors: ['invalidCursor'],
  },
  grantOperator: {
    ...all,
    method: 'POST',
    path: `${instance}/operators`,
    summary: 'Make a person an operator; owners of the person’s organization must be trusted as much; twice is once',
    stepUp: true,
    body: z
      .strictObject({
        organization: organizationReference.describe('Id or slug of the person’s organization'),
        userName: z.string().trim().min(1).max(500),
      })
      .meta({ id: 'OperatorGrant' }),
    status: 201,
    answer: operator,
    errors: ['conflict'],
  },
  revokeOperator: {
    ...all,
    method: 'DELETE',
    path: `${instance}/operators/{user}`,
    summary: 'Take the right of an operator away',
    stepUp: true,
    params: z.object({ user: idOf('user') }),
    status: 204,
    answer: null,
  },
  getInstanceJobs: {
    ...all,
    method: 'GET',
    path: `${instance}/jobs`,
    summary: 'What waits for workers, and how work on the timetable went',
    answer: instanceJobs,
  },
  listInstanceRuns: {
    ...all,
    method: 'GET',
    path: `${instance}/runs`,
    summary: 'Long work of all organizations, newest first',
    query: runQuery,
    answer: pageOf(instanceRun, 'InstanceRunPage'),
    errors: ['invalidCursor'],
  },
  retryInstanceRun: {
    ...all,
    method: 'POST',
    path: `${instance}/runs/{run}/retry`,
    summary: 'Let failed long work go on from where it was',
    params: z.object({ run: idOf('run') }),
    answer: instanceRun,
    errors: ['conflict'],
  },
  getInstanceHealth: {
    ...all,
    method: 'GET',
    path: `${instance}/health`,
    summary: 'What `rollcall doctor` looks at, of the process that answers; it asks the mail server too',
    answer: instanceHealth,
  },
  getEncryptionKeys: {
    ...all,
    method: 'GET',
    path: `${instance}/encryption-keys`,
    summary: 'Which keys seal and open secrets, and since when; never the keys',
    answer: encryptionKeys,
  },
  resealSecrets: {
    ...all,
    method: 'POST',
    path: `${instance}/encryption-keys/reseal`,
    summary: 'Seal every secret anew with the first key, so that the others can be dropped',
    stepUp: true,
    answer: z.object({ count: count.describe('So many were sealed with another one') }).meta({ id: 'ResealedSecrets' }),
  },
  getSupportBundle: {
    ...all,
    method: 'GET',
    path: `${instance}/support-bundle`,
    summary: 'What somebody who helps wants to know, without secrets, names and addresses of people',
    answer: supportBundle,
  },
} as const satisfies Record<string, Route>
