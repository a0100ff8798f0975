import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import { updateConnection } from '../access/connections.ts'
import { insertChange } from '../db/queries/changes.ts'
import { selectOwned, type OwnedRows } from '../db/queries/owned.ts'
import { selectStandingById } from '../db/queries/users.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { getPerson } from './people.ts'

/** So many of a kind are listed and handed over at once. */
const ownedMax = 1_000

export type Owned = OwnedRows

/** What can be handed over; keys never are. */
export type OwnedKind = 'teams' | 'connections' | 'serviceAccounts'

/** What depends on a person. Throws `personNotFound`. */
export async function listOwned(
  db: Queryable,
  query: { readonly organizationId: string; readonly userId: string; readonly now: Date },
): Promise<Owned> {
  await getPerson(db, query.organizationId, query.userId)
  return selectOwned(db, { ...query, rowsMax: ownedMax })
}

/** What was handed over, and the keys that die with their owner. */
export type Handover = { readonly handedOver: Omit<Owned, 'keys'>; readonly dying: Owned['keys'] }

/**
 * Gives what a person answers for to another one, in one transaction; keys stay. Twice is once: nothing is left then.
 * Throws `personNotFound`, `invalidOwner` when the other one cannot have it.
 */
export async function handOver(
  database: Database,
  call: Call,
  command: {
    readonly organizationId: string
    readonly from: string
    readonly to: string
    readonly kinds: ReadonlySet<OwnedKind>
  },
): Promise<Handover> {
  const { organizationId, from, to, kinds } = command
  return transaction(database, async (tx) => {
    const person = await getPerson(tx, organizationId, from)
    await requireAble(tx, command)
    const owned = await selectOwned(tx, { organizationId, userId: from, now: call.now, rowsMax: ownedMax })
    const connections = kinds.has('connections') ? owned.connections : []
    for (const { id } of connections) {
      const request = { organizationId, connectionId: id, command: { ownerUserId: to } }
      await updateConnectionIn(tx, call, request)
    }
    const handedOver = { connections }
    if (connections.length > 0) {
      const origin = { organizationId, connectionId: null, actor: call.actor, requestId: call.requestId ?? '', now: call.now }
      await insertChange(tx, origin, {
        action: 'user.handed_over',
        subjectKind: 'user',
        subjectId: from,
        subjectVersion: person.version,
        cutCount: 0,
        data: { via: 'admin', to, handedOver: { connections: connections.map(({ id }) => id) } },
      })
    }
    return { handedOver, dying: owned.keys }
  })
}

async function requireAble(
  tx: Queryable,
  { organizationId, from, to }: { readonly organizationId: string; readonly from: string; readonly to: string },
): Promise<void> {
  const heir = await selectStandingById(tx, organizationId, to)
  if (heir === undefined) throw new AccessError('userNotFound', 'There is no such person', { field: 'to' })
  if (to === from) throw new AccessError('invalidOwner', 'A person cannot take over from itself', { field: 'to' })
  if (heir.state !== 'pending' && heir.state !== 'active')
    throw new AccessError('invalidOwner', `The person is ${heir.state} and cannot answer for anything`, { field: 'to' })
}
