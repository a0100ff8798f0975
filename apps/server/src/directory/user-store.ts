import {
  foldCase,
  scimError,
  type AttributeChange,
  type JsonObject,
  type ResourceDraft,
  type ResourceType,
  type ScimError,
} from '@rollcall/scim'
import type { Fields, RemoveOutcome, ResourceRecord, ResourceUpdate, UpdateOutcome } from '@rollcall/scim/server'
import { brokenUnique } from '../db/queries/constraint.ts'
import { upsertPassword } from '../db/queries/passwords.ts'
import type { ResourceRow } from '../db/queries/rows.ts'
import {
  insertUser,
  relinkUser,
  selectStanding,
  selectTaken,
  selectUsers,
  type NewUser,
  type UserValues,
} from '../db/queries/users.ts'
import { isUuid } from '../db/filter-sql/membership.ts'
import type { Queryable } from '../db/pool.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { retrying } from './failures.ts'
import { guarded } from './guard.ts'
import { removeUser, settleActive, writeUser, type UserWriteOutcome } from './lifecycle.ts'
import { ownedByAnother } from './ownership.ts'
import { hashPassword } from './password-hash.ts'
import { parseStored, toRecord } from './records.ts'
import { displayOf, foldText, toResourceValues } from './resource-values.ts'

/** The columns of a user's attributes. */
export function toUserValues(attributes: JsonObject, type: ResourceType, context: DirectoryContext): UserValues {
  const values = toResourceValues(attributes, type, 'users')
  const display = displayOf(attributes)
  const userName = typeof attributes['userName'] === 'string' ? attributes['userName'] : ''
  return {
    ...values,
    userName,
    userNameKey: foldCase(userName),
    externalIdKey: context.style.externalIdUnique ? values.externalId : null,
    display,
    displayKey: foldText(display),
  }
}

export async function findUser(
  parts: DirectoryParts,
  context: DirectoryContext,
  scimId: string,
  fields: Fields,
): Promise<ResourceRow | undefined> {
  if (!isUuid(scimId)) return undefined
  const [row] = await selectUsers(queryableOf(parts, context), 'id', {
    organizationId: context.organizationId,
    connectionId: context.connectionId,
    value: scimId,
    rowsMax: 1,
    wantsGroups: fields.groups,
  })
  return row
}

/** A new account, or the one that its externalId had before it was deprovisioned (TRAP-E7). */
export async function createUser(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  creation: { readonly draft: ResourceDraft; readonly fields: Fields },
): Promise<ResourceRecord> {
  const { draft, fields } = creation
  const user = toNewUser(parts, context, type, draft)
  const hash = await hashOf(context, draft.writeOnly)
  const data = JSON.stringify({ via: 'POST', changes: listCreated(draft.attributes) })
  const row =
    hash === undefined
      ? await retrying(context, () => storeNewUser(queryableOf(parts, context), context, user, data))
      : await guarded(parts, context, async (tx) => {
          const stored = await storeNewUser(tx, context, user, data)
          await upsertPassword(tx, {
            organizationId: context.organizationId,
            userId: stored.id,
            hash,
            now: context.now,
          })
          return stored
        })
  // A new resource is in no group yet.
  return toRecord(fields.groups ? { ...row, groups: null } : row)
}

export function toNewUser(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  draft: ResourceDraft,
): NewUser {
  // RFC 7644 §3.4.2.2: filters see the default, so it is stored.
  const active = draft.attributes['active'] !== false
  const resumesAs = context.invites === true ? 'pending' : 'active'
  const values = toUserValues({ ...draft.attributes, active }, type, context)
  return { ...values, id: parts.newId(), scimId: parts.newId(), state: active ? resumesAs : 'suspended', resumesAs }
}

/** What came to be, attribute by attribute. */
export function listCreated(attributes: JsonObject): readonly AttributeChange[] {
  return Object.entries(attributes).map(([path, after]) => ({ path, before: undefined, after }))
}

async function storeNewUser(
  db: Queryable,
  context: DirectoryContext,
  user: NewUser,
  data: string,
): Promise<ResourceRow> {
  const relinks = context.settings.onRecreate === 'relink' && user.externalId !== null
  const outcome = await insertUser(db, context, user, { relinks, data })
  switch (outcome.kind) {
    case 'created':
      return createdRow(user, context)
    case 'conflict':
      throw await takenBy(db, context, user)
    case 'former': {
      const row = await translating(user, () => relinkUser(db, context, { ...user, id: outcome.id }, data))
      // Somebody else took the account back in between.
      return row ?? storeNewUser(db, context, user, data)
    }
    default:
      return outcome satisfies never
  }
}

/** A row as it was just inserted. */
export function createdRow(
  values: Pick<NewUser, 'id' | 'scimId' | 'document' | 'externalId'>,
  { now }: DirectoryContext,
): ResourceRow {
  const { id, scimId, document, externalId } = values
  return { id, scim_id: scimId, version: 1, created_at: now, updated_at: now, document, external_id: externalId }
}

/** The error for the unique value that another user has. */
export async function takenBy(db: Queryable, context: DirectoryContext, user: UserValues): Promise<ScimError> {
  const taken = await selectTaken(db, context, user)
  return taken?.attribute === 'externalId' ? taken409('externalId', user) : taken409('userName', user)
}

function taken409(attribute: 'userName' | 'externalId', user: UserValues): ScimError {
  const value = attribute === 'externalId' ? user.externalId : user.userName
  return scimError('uniqueness', `${attribute} "${(value ?? '').slice(0, 200)}" is taken by another user`)
}

async function translating<Result>(user: UserValues, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const constraint = brokenUnique(error)
    if (constraint === 'users_user_name') throw taken409('userName', user)
    if (constraint === 'users_external_id_key') throw taken409('externalId', user)
    throw error
  }
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
  if ((settled === undefined || settled.changes.length === 0) && hash === undefined)
    return keepUser(parts, context, scimId, update)
  const attributes = settled?.attributes
  if (hash === undefined && attributes !== undefined && settled !== undefined) {
    const write = { scimId, update, attributes, changes: settled.changes, state: settled.state }
    return toOutcome(await retrying(context, () => storeChange(parts, context, type, write)))
  }
  return guarded(parts, context, (tx) =>
    changeWithPassword(parts, { ...context, tx }, type, { scimId, update, settled, hash: hash ?? '' }),
  )
}

type Settled = ReturnType<typeof settleActive>
type StoredChange = Settled & { readonly scimId: string; readonly update: ResourceUpdate }

async function storeChange(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  change: StoredChange,
): Promise<UserWriteOutcome> {
  const { scimId, update, attributes, changes, state } = change
  const db = queryableOf(parts, context)
  const version = await versionOf(db, context, scimId, update)
  if (version === undefined) return { kind: 'notFound' }
  const values = toUserValues(attributes, type, context)
  return translating(values, () =>
    writeUser(parts, context, {
      scimId,
      version,
      state,
      values,
      changes,
      via: update.verb,
      wantsGroups: update.fields.groups,
    }),
  )
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
  if (outcome.kind === 'written')
    await upsertPassword(context.tx, {
      organizationId: context.organizationId,
      userId: outcome.row.id,
      hash,
      now: context.now,
    })
  return toOutcome(outcome)
}

function toOutcome(outcome: UserWriteOutcome): UpdateOutcome {
  return outcome.kind === 'written' ? { kind: 'updated', record: toRecord(outcome.row) } : outcome
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

// Without the setting a password is forgotten at once (RFC 7643 §4.1.1: writeOnly, never returned).
async function hashOf(context: DirectoryContext, writeOnly: JsonObject): Promise<string | undefined> {
  const password = writeOnly['password']
  if (!context.settings.passwordSync || typeof password !== 'string') return undefined
  return hashPassword(password)
}
