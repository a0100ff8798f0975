import { apiError } from '@rollcall/admin-api'
import { deleteOrganization } from '../../../access/delete-organization.ts'
import { noOrganization } from '../../../access/idempotency.ts'
import { queueRecount } from '../../../access/recount.ts'
import { permissionsOf } from '../../../access/rights.ts'
import { permissionNames, type Permission } from '../../../access/scopes.ts'
import { countRuns, findRun, listRuns, watchRun, type Run } from '../../../jobs/runs.ts'
import { requireScope } from '../authorize.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { acceptRun, viewRun, type RunView } from '../views/runs.ts'

export const runHandlers: Handlers<
  'listRuns' | 'getRun' | 'getInstanceRun' | 'deleteOrganization' | 'recountOrganization'
> = {
  listRuns: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const { state, kind } = query
    const filter = { state, kind, permissions: startableBy(context) }
    return answerList(context, {
      route: 'listRuns',
      query,
      read: (page) => listRuns(database, id, { ...filter, ...page }),
      count: () => countRuns(database, id, filter),
      view: viewRun,
    })
  },

  getRun: (context, { params }) => showRun(context, context.organization.id, params.run),

  getInstanceRun: (context, { params }) => showRun(context, noOrganization, params.run),

  deleteOrganization: async (context, { query }) => {
    const command = { organizationId: context.organization.id, confirm: query.confirm }
    return acceptRun(await deleteOrganization(context.parts.database, context.call, command))
  },

  recountOrganization: async (context) =>
    acceptRun(await queueRecount(context.parts.database, context.call, context.organization.id)),
}

/** What the key might have started itself; undefined: everything. */
function startableBy({ principal }: CallContext): readonly string[] | undefined {
  if (principal.kind === 'instance') return undefined
  return [...permissionsOf(principal)]
}

async function showRun(context: CallContext, organizationId: string, reference: string) {
  const { parts, principal } = context
  const run = await findRun(parts.database, organizationId, toUuid('run', reference))
  if (run === undefined) throw apiError('notFound', 'There is no such run, or it is no longer kept')
  requireScope(principal, toPermission(run.permission))
  return { body: viewRun(run), ...(context.wantsEvents && { events: followRun(context, run) }) }
}

/** A name that this version does not know opens nothing. */
function toPermission(name: string): Permission | 'instance' {
  return permissionNames.find((permission) => permission === name) ?? 'instance'
}

async function* followRun({ parts }: CallContext, run: Run): AsyncGenerator<RunView> {
  for await (const state of watchRun(parts.database, run, parts.draining)) yield viewRun(state)
}
