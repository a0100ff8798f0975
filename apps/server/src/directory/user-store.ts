import type { ResourceType } from '@rollcall/scim'
import type { Fields, RemoveOutcome, ResourceRecord, ResourceUpdate, UpdateOutcome } from '@rollcall/scim/server'
import { upsertPassword } from '../db/queries/passwords.ts'
import type { ResourceRow } from '../db/queries/rows.ts'
import { updateSessionsEnded } from '../db/queries/sessions.ts'
import { selectShownUsers, selectStanding, selectUser } from '../db/queries/users.ts'
import { isUuid } from '../db/filter-sql/membership.ts'
import type { Queryable } from '../db/pool.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { retrying } from './failures.ts'
import { guarded } from './guard.ts'
import { removeUser, settleActive, writeUser, type UserWriteOutcome } from './lifecycle.ts'
import { ownedByAnother } from './ownership.ts'
import { hashOf } from './password-hash.ts'
import { parseStored, toRecord, toShownRecord } from './records.ts'
import { settleOverrides } from './settle-overrides.ts'

/** A user as SCIM shows it. */
export async function showUser(
  parts: DirectoryParts,
  context: DirectoryContext,
  scimId: string,
  fields: Fields,
): Promise<ResourceRecord | undefined> {
  if (!isUuid(scimId)) return undefined
  const { organizationId, connectionId } = context
  const asked = { organizationId, connectionId, value: scimId, rowsMax: 1, wantsGroups: fields.groups }
  const [row] = await selectShownUsers(queryableOf(parts, context), 'id', asked)
  return row === undefined ? undefined : toShownRecord(row)
}

/** The row of a user, with what a write needs. */
export async function findUser(
  parts: DirectoryParts,
  context: DirectoryContext,
  scimId: string,
  fields: Fields,
): Promise<ResourceRow | undefined> {
  if (!isUuid(scimId)) return undefined
  const { organizationId, connectionId } = context
  return selectUser(queryableOf(parts, context), { organizationId, connectionId, scimId, wantsGroups: fields.groups })
}

/** PATCH and PUT, with what they do to the account. */
export async function changeUser(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  change: { readonly scimId: string; readonly update: ResourceUpdate },
): Promise<UpdateOutcome> {
  const { scimId, update } = change
  if (!isUuid(scimId)) return { kind: 'notFound' }
  const hash = await hashOf(context, update.writeOnly)
  const settled = update.attributes === undefined ? undefined : settleActive(update.attributes, update.changes)
  if (hash !== undefined)
    return guarded(parts, context, (tx) =>
      changeWithPassword(parts, { ...context, tx }, type, { scimId, update, settled, hash }),
    )
  if (settled === undefined || settled.changes.length === 0) return keepUser(parts, context, scimId, update)
  const write = { ...settled, scimId, update }
  return toOutcome(await retrying(context, () => storeChange(parts, context, type, write)))
}

type Settled = ReturnType<typeof settleActive>
type StoredChange = Settled & { readonly scimId: string; readonly update: ResourceUpdate }

async function storeChange(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  change: StoredChange,
): Promise<UserWriteOutcome> {
  const db = queryableOf(parts, context)
  const version = await versionOf(db, context, change.scimId, change.update)
  if (version === undefined) return { kind: 'notFound' }
  // Whoever acts as a person has asked for the override, if there is one.
  const ignoresOverrides = context.isApproved === true
  const outcome = await writeChange(parts, context, { ...change, version, ignoresOverrides })
  if (outcome.kind !== 'overridden') return outcome
  return guarded(parts, context, (tx) => storeBesideOverrides(parts, { ...context, tx }, type, { ...change, version }))
}

type VersionedChange = StoredChange & { readonly version: number }

function writeChange(
  parts: DirectoryParts,
  context: DirectoryContext,
  change: VersionedChange & { readonly ignoresOverrides: boolean; readonly kept?: readonly unknown[] },
): Promise<UserWriteOutcome> {
  const { scimId, update, attributes, changes, state, version, ignoresOverrides, kept } = change
  const { verb: via, fields } = update
  return writeUser(parts, context, {
    scimId,
    version,
    state,
    attributes,
    changes,
    via,
    wantsGroups: fields.groups,
    ignoresOverrides,
    kept,
  })
}

async function storeBesideOverrides(
  parts: DirectoryParts,
  context: DirectoryContext & { readonly tx: Queryable },
  type: ResourceType,
  change: VersionedChange,
): Promise<UserWriteOutcome> {
  const { scimId, update, version } = change
  const standing = await selectStanding(context.tx, context.organizationId, scimId, { lock: true })
  if (standing === undefined) return { kind: 'notFound' }
  if (standing.version !== version) return { kind: 'stale' }
  const stored = parseStored(standing)
  const { attributes, changes } = change
  const given = { userId: standing.id, stored, attributes, changes, verb: update.verb }
  const { kept, ...settled } = await settleOverrides(context.tx, context, type, given)
  const write = settleActive(settled.attributes, settled.changes)
  if (write.changes.length > 0)
    return writeChange(parts, context, { ...change, ...write, ignoresOverrides: true, kept })
  // All that the source said is overridden: nothing changes, but what it said is remembered.
  const row = await findUser(parts, context, scimId, update.fields)
  return row === undefined ? { kind: 'notFound' } : { kind: 'kept', row }
}

async function versionOf(
  db: Queryable,
  context: DirectoryContext,
  scimId: string,
  update: ResourceUpdate,
): Promise<number | undefined> {
  if (update.ifVersion !== undefined) return Number(update.ifVersion)
  return (await selectStanding(db, context.organizationId, scimId, { lock: false }))?.version
}

async function changeWithPassword(
  parts: DirectoryParts,
  context: DirectoryContext & { readonly tx: Queryable },
  type: ResourceType,
  change: {
    readonly scimId: string
    readonly update: ResourceUpdate
    readonly settled: Settled | undefined
    readonly hash: string
  },
): Promise<UpdateOutcome> {
  const { scimId, update, settled, hash } = change
  const standing = await selectStanding(context.tx, context.organizationId, scimId, { lock: true })
  if (standing === undefined) return { kind: 'notFound' }
  const base = parseStored(standing)
  const { attributes, changes, state } = settled ?? settleActive(base, [])
  const password = { path: 'password', before: undefined, after: undefined }
  const ifVersion = update.ifVersion ?? String(standing.version)
  const write = { scimId, update: { ...update, ifVersion }, attributes, changes: [...changes, password], state }
  const outcome = await storeChange(parts, context, type, write)
  if (outcome.kind === 'written') await replacePassword(context, { userId: outcome.row.id, hash })
  return toOutcome(outcome)
}

/** Whoever signed in with the password before is out. */
async function replacePassword(
  { tx, organizationId, now, actor, requestId }: DirectoryContext & { readonly tx: Queryable },
  { userId, hash }: { readonly userId: string; readonly hash: string },
): Promise<void> {
  await upsertPassword(tx, { organizationId, userId, hash, now })
  const end = { organizationId, at: now, reason: 'passwordChanged', actor, requestId }
  await updateSessionsEnded(tx, { kind: 'user', userId }, end)
}

function toOutcome(outcome: UserWriteOutcome): UpdateOutcome {
  switch (outcome.kind) {
    case 'written':
      return { kind: 'updated', record: toRecord(outcome.row) }
    case 'kept':
      return { kind: 'unchanged', record: toRecord(outcome.row) }
    case 'overridden':
      // Only a write that minds overrides says so, and storeChange answers it.
      return { kind: 'stale' }
    case 'notFound':
    case 'stale':
      return { kind: outcome.kind }
    default:
      return outcome satisfies never
  }
}

async function keepUser(
  parts: DirectoryParts,
  context: DirectoryContext,
  scimId: string,
  update: ResourceUpdate,
): Promise<UpdateOutcome> {
  const row = await findUser(parts, context, scimId, update.fields)
  if (row === undefined) return { kind: 'notFound' }
  if (update.ifVersion !== undefined && update.ifVersion !== String(row.version)) return { kind: 'stale' }
  if (row.is_writable === false) {
    const standing = await selectStanding(queryableOf(parts, context), context.organizationId, scimId, { lock: false })
    throw ownedByAnother('user', standing?.connection_id ?? null)
  }
  return { kind: 'unchanged', record: toRecord(row) }
}

export async function removeUserResource(
  parts: DirectoryParts,
  context: DirectoryContext,
  scimId: string,
  ifVersion: string | undefined,
): Promise<RemoveOutcome> {
  if (!isUuid(scimId)) return 'notFound'
  const version = ifVersion === undefined ? undefined : Number(ifVersion)
  return removeUser(parts, context, { scimId, ifVersion: version, via: 'DELETE' })
}
