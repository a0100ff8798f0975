import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { insertChange } from '../db/queries/changes.ts'
import {
  giveConnections,
  giveServiceAccounts,
  giveTeams,
  selectOwned,
  type GivenRow,
  type OwnedKeyRow,
  type OwnedRows,
} from '../db/queries/owned.ts'
import { selectServiceAccount } from '../db/queries/service-accounts.ts'
import { selectStandingById } from '../db/queries/users.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { getPerson } from './people.ts'

/** So many of a kind are listed at once. */
const ownedMax = 1_000

export type Owned = OwnedRows
export type OwnedKey = OwnedKeyRow

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
export type Handover = {
  readonly teams: readonly GivenRow[]
  readonly connections: readonly GivenRow[]
  readonly serviceAccounts: readonly GivenRow[]
  readonly dying: Owned['keys']
}

/** Who takes over. A service account may maintain teams; a person must answer for all else. */
export type Heir = { readonly kind: 'user' | 'service_account'; readonly id: string }

type Command = {
  readonly organizationId: string
  readonly from: string
  readonly to: Heir
  readonly kinds: ReadonlySet<OwnedKind>
}

/**
 * Gives what a person answers for to another one, in one transaction; keys stay. Twice is once: nothing is left then.
 * Throws `personNotFound`, and `userNotFound` or `invalidOwner` when the other one cannot have it.
 */
export async function handOver(database: Database, call: Call, command: Command): Promise<Handover> {
  const { organizationId, from, kinds } = command
  return transaction(database, async (tx) => {
    const person = await getPerson(tx, organizationId, from)
    await requireAble(tx, command)
    const gift = { organizationId, from, to: command.to.id, now: call.now }
    const { keys } = await selectOwned(tx, { organizationId, userId: from, now: call.now, rowsMax: ownedMax })
    const teams = kinds.has('teams') ? await giveTeams(tx, { ...gift, kind: command.to.kind, actor: call.actor }) : []
    const connections = kinds.has('connections') ? await giveConnections(tx, gift) : []
    const serviceAccounts = kinds.has('serviceAccounts') ? await giveServiceAccounts(tx, gift) : []
    const record = { call, command }
    for (const row of teams) await recordGiven(tx, record, { row, kind: 'team' })
    for (const row of connections) await recordGiven(tx, record, { row, kind: 'connection' })
    for (const row of serviceAccounts) await recordGiven(tx, record, { row, kind: 'service_account' })
    const given = [...teams, ...connections, ...serviceAccounts]
    if (given.length > 0) await recordHandover(tx, record, { version: person.version, given })
    return { teams, connections, serviceAccounts, dying: keys }
  })
}

async function requireAble(tx: Queryable, command: Command): Promise<void> {
  const { organizationId, from, to } = command
  if (to.kind === 'service_account') return requireAbleAccount(tx, command)
  const heir = await selectStandingById(tx, organizationId, to.id)
  if (heir === undefined) throw new AccessError('userNotFound', 'There is no such person', { field: 'to' })
  if (to.id === from) throw new AccessError('invalidOwner', 'A person cannot take over from itself', { field: 'to' })
  if (heir.state !== 'pending' && heir.state !== 'active')
    throw new AccessError('invalidOwner', `The person is ${heir.state} and cannot answer for anything`, { field: 'to' })
}

async function requireAbleAccount(tx: Queryable, { organizationId, to, kinds }: Command): Promise<void> {
  const account = await selectServiceAccount(tx, organizationId, to.id)
  if (account === undefined) throw new AccessError('userNotFound', 'There is no such service account', { field: 'to' })
  if (account.state !== 'active')
    throw new AccessError('invalidOwner', 'The service account is disabled and can maintain nothing', { field: 'to' })
  if ([...kinds].some((kind) => kind !== 'teams'))
    throw new AccessError(
      'invalidOwner',
      'A person must answer for connections and service accounts: name "teams" alone in "only", or a person',
      { field: 'to' },
    )
}

type Record = { readonly call: Call; readonly command: Command }

async function recordGiven(
  tx: Queryable,
  { call, command }: Record,
  { row, kind }: { readonly row: GivenRow; readonly kind: 'team' | 'connection' | 'service_account' },
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: command.organizationId,
    at: call.now,
    action: `${kind}.handed_over`,
    subjectId: row.id,
    subjectVersion: row.version,
    actor: call.actor,
    requestId: call.requestId,
    data: { name: row.name, from: command.from, to: command.to.id },
  })
}

async function recordHandover(
  tx: Queryable,
  { call, command }: Record,
  { version, given }: { readonly version: number; readonly given: readonly GivenRow[] },
): Promise<void> {
  const { organizationId, from, to } = command
  const origin = {
    organizationId,
    connectionId: null,
    actor: call.actor,
    requestId: call.requestId ?? '',
    now: call.now,
  }
  await insertChange(tx, origin, {
    action: 'user.handed_over',
    subjectKind: 'user',
    subjectId: from,
    subjectVersion: version,
    cutCount: 0,
    data: { via: 'admin', to: to.id, given: given.map(({ id }) => id) },
  })
}
