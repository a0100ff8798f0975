import type { RouteAnswer } from '@rollcall/admin-api'
import { countOperators, grantOperator, listOperators, revokeOperator } from '../../../access/operators.ts'
import { countOrganizations } from '../../../access/totals.ts'
import { listEffectiveSettings } from '../../../instance/effective-settings.ts'
import { readEncryptionState } from '../../../instance/encryption-state.ts'
import { readHealth } from '../../../instance/health.ts'
import { readJobs } from '../../../instance/jobs.ts'
import { inviteOwner } from '../../../instance/invite-owner.ts'
import { listInstanceOrganizations } from '../../../instance/list-organizations.ts'
import { countInstanceRuns, listInstanceRuns, retryRun } from '../../../instance/runs.ts'
import { listTableSizes } from '../../../instance/table-sizes.ts'
import { rotateSecrets } from '../../../rotate-secrets.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import {
  viewEncryption,
  viewHealth,
  viewInstanceOrganization,
  viewInstanceRun,
  viewJobs,
  viewOperator,
} from '../views/instance.ts'

const failedRunsMax = 50

export const instanceHandlers: Handlers<
  | 'listInstanceOrganizations'
  | 'inviteOwner'
  | 'listOperators'
  | 'grantOperator'
  | 'revokeOperator'
  | 'getInstanceJobs'
  | 'listInstanceRuns'
  | 'retryInstanceRun'
  | 'getInstanceHealth'
  | 'getEncryptionKeys'
  | 'resealSecrets'
  | 'getSupportBundle'
> = {
  listInstanceOrganizations: (context, { query }) => {
    const { database } = context.parts
    return answerList(context, {
      route: 'listInstanceOrganizations',
      query,
      read: (page) => listInstanceOrganizations(database, page),
      count: () => countOrganizations(database),
      view: viewInstanceOrganization,
    })
  },

  inviteOwner: async ({ parts, call, organization, baseUrl }, { body }) => {
    const command = { organizationId: organization.id, email: body.email }
    const { userId, invitation } = await inviteOwner(parts.database, call, command)
    const url = baseUrl + (await parts.invitationLinks.toPath(invitation))
    const expiresAt = invitation.expiresAt?.toISOString() ?? null
    return { body: { userId: formatTypeId('usr', userId), url, expiresAt } }
  },

  listOperators: (context, { query }) => {
    const { database } = context.parts
    return answerList(context, {
      route: 'listOperators',
      query,
      read: (page) => listOperators(database, page),
      count: () => countOperators(database),
      view: viewOperator,
    })
  },

  grantOperator: async ({ parts, call }, { body }) => ({
    body: viewOperator(await grantOperator(parts.database, call, body)),
  }),

  revokeOperator: async ({ parts, call }, { params }) => {
    await revokeOperator(parts.database, call, toUuid('usr', params.user))
    return { body: undefined }
  },

  getInstanceJobs: async ({ parts }) => ({ body: viewJobs(await readJobs(parts)) }),

  listInstanceRuns: (context, { query }) => {
    const { database } = context.parts
    const { state } = query
    return answerList(context, {
      route: 'listInstanceRuns',
      query,
      read: (page) => listInstanceRuns(database, { ...page, state }),
      count: () => countInstanceRuns(database, state),
      view: viewInstanceRun,
    })
  },

  retryInstanceRun: async ({ parts, call }, { params }) => ({
    body: viewInstanceRun(await retryRun(parts.database, call, toUuid('run', params.run))),
  }),

  getInstanceHealth: async ({ parts, call }) => ({ body: viewHealth(await readHealth(parts), call.now) }),

  getEncryptionKeys: async ({ parts }) => ({
    body: viewEncryption(await readEncryptionState(parts.database, parts)),
  }),

  resealSecrets: async ({ parts }) => ({
    body: { count: await rotateSecrets(parts.database, parts.encryption, parts.clock) },
  }),

  getSupportBundle: async (context) => ({ body: await makeBundle(context) }),
}

/** No secret, no name of an organization or a person: results and inputs of runs may hold any of them. */
async function makeBundle({ parts, call }: CallContext): Promise<RouteAnswer<'getSupportBundle'>> {
  const failed = await listInstanceRuns(parts.database, { limit: failedRunsMax, after: undefined, state: 'failed' })
  return {
    at: call.now.toISOString(),
    health: viewHealth(await readHealth(parts), call.now),
    settings: [...listEffectiveSettings(parts.config)],
    jobs: viewJobs(await readJobs(parts)),
    failedRuns: failed.data.map((run) => ({
      ...viewInstanceRun(run),
      organization: null,
      result: null,
      // What stands between quotes was typed by somebody.
      error: run.error?.replaceAll(/"[^"]*"/g, '"…"') ?? null,
    })),
    encryptionKeys: viewEncryption(await readEncryptionState(parts.database, parts)),
    tables: [...(await listTableSizes(parts.database))],
  }
}
