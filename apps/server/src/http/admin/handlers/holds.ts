import { apiError } from '@rollcall/admin-api'
import { toPage } from '../../../access/call.ts'
import { countInOrganization } from '../../../access/totals.ts'
import { approveHold, discardHold, findHold, listHeldChanges, listHolds, type Hold } from '../../../directory/holds.ts'
import { undoHold } from '../../../directory/hold-undo.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { toDirectoryContext, toDirectoryParts } from '../directory-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewHeldChange, viewHold } from '../views.ts'

/** A person who decides reads no more names than these; `changeCount` says how many there are. */
const shownChangesMax = 1_000

export const holdHandlers: Handlers<'listHolds' | 'getHold' | 'approveHold' | 'discardHold' | 'undoHold'> = {
  listHolds: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const { state } = query
    return answerList(context, {
      route: 'listHolds',
      query,
      read: async ({ limit, after }) => {
        const rows = await listHolds(database, id, { state, before: after, limit: limit + 1 })
        return toPage(rows, limit, (row) => row.id)
      },
      count: () => countInOrganization(database, id, 'holds', state),
      view: viewHold,
    })
  },

  getHold: (context, { params }) => showHold(context, toUuid('hold', params.hold)),

  approveHold: async (context, { params }) => {
    const hold = await getHold(context, toUuid('hold', params.hold))
    // What the connection would have been allowed itself, had the guard not held it.
    await approveHold(toDirectoryParts(context), await toDirectoryContext(context, hold.connection_id), hold.id)
    return showHold(context, hold.id)
  },

  undoHold: async (context, { params }) => {
    const hold = await getHold(context, toUuid('hold', params.hold))
    await undoHold(toDirectoryParts(context), await toDirectoryContext(context, hold.connection_id), hold.id)
    return showHold(context, hold.id)
  },

  discardHold: async (context, { params }) => {
    const hold = await getHold(context, toUuid('hold', params.hold))
    await discardHold(toDirectoryParts(context), toHoldCall(context), hold.id)
    return showHold(context, hold.id)
  },
}

async function getHold(context: CallContext, id: string): Promise<Hold> {
  const hold = await findHold(context.parts.database, context.organization.id, id)
  if (hold === undefined) throw apiError('notFound', 'There is no such hold')
  return hold
}

async function showHold(context: CallContext, id: string) {
  const hold = await getHold(context, id)
  const page = { holdId: id, limit: shownChangesMax }
  const changes = await listHeldChanges(context.parts.database, context.organization.id, page)
  return { body: { ...viewHold(hold), changes: changes.map(viewHeldChange) } }
}

function toHoldCall({ call, organization }: CallContext) {
  return { organizationId: organization.id, actor: call.actor, requestId: call.requestId ?? '', now: call.now }
}
