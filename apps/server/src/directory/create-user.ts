import type { AttributeChange, JsonObject, ResourceDraft, ResourceType } from '@rollcall/scim'
import type { Fields, ResourceRecord } from '@rollcall/scim/server'
import { upsertPassword } from '../db/queries/passwords.ts'
import type { ResourceRow } from '../db/queries/rows.ts'
import { insertUser, relinkUser, type NewUser, type UserValues } from '../db/queries/users.ts'
import { adoptLocalUser, adoptSuspended } from './adoption.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { retrying } from './failures.ts'
import { insertGathered } from './gathered-users.ts'
import { guarded } from './guard.ts'
import { hashOf } from './password-hash.ts'
import { toRecord } from './records.ts'
import { takenBy, translating } from './user-conflicts.ts'
import { findUser } from './user-store.ts'
import { toUserValues } from './user-values.ts'

/** A new account, or the one that its externalId had before it was deprovisioned (TRAP-E7). */
export async function createUser(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  given: { readonly draft: ResourceDraft; readonly fields: Fields },
): Promise<ResourceRecord> {
  const { draft, fields } = given
  const user = toNewUser(parts, context, type, draft)
  const hash = await hashOf(context, draft.writeOnly)
  const creation = { user, attributes: draft.attributes, type }
  const stored =
    hash === undefined
      ? await retrying(context, () => storeNewUser(parts, context, creation))
      : await guarded(parts, context, async (tx) => {
          const made = await storeNewUser(parts, { ...context, tx }, creation)
          const { organizationId, now } = context
          await upsertPassword(tx, { organizationId, userId: made.row.id, hash, now })
          return made
        })
  if (!fields.groups) return toRecord(stored.row)
  // A new resource is in no group yet.
  if (!stored.isAdopted) return toRecord({ ...stored.row, groups: null })
  return toRecord((await findUser(parts, context, stored.row.scim_id, fields)) ?? stored.row)
}

type Creation = { readonly user: NewUser; readonly attributes: JsonObject; readonly type: ResourceType }
type Stored = { readonly row: ResourceRow; readonly isAdopted: boolean }

/** What history keeps of a new account: all of it, and the state that it began in. */
export function toCreatedData({ act }: DirectoryContext, user: NewUser, attributes: JsonObject): string {
  const { state } = user
  return JSON.stringify({ via: act?.via ?? 'POST', reason: act?.reason, state, changes: listCreated(attributes) })
}

/** Whether POST with the externalId of a deprovisioned account takes that account back. */
export function relinksFormer({ settings, style }: DirectoryContext): boolean {
  return (settings.onRecreate ?? (style.deletionIsFinal ? 'new' : 'relink')) === 'relink'
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

async function storeNewUser(parts: DirectoryParts, context: DirectoryContext, creation: Creation): Promise<Stored> {
  const db = queryableOf(parts, context)
  const { user, attributes, type } = creation
  const relinks = relinksFormer(context) && user.externalId !== null
  const data = toCreatedData(context, user, attributes)
  const outcome =
    context.tx === undefined
      ? await insertGathered(parts.database, { origin: context, user, relinks, data })
      : await insertUser(db, context, user, { relinks, data })
  switch (outcome.kind) {
    case 'created':
      return { row: createdRow(user, context), isAdopted: false }
    case 'conflict': {
      const toValues = (merged: JsonObject): UserValues => toUserValues(merged, type, context)
      const adoption = { user, attributes, toValues }
      const row = await translating(user, () =>
        user.state === 'suspended' ? adoptSuspended(parts, context, adoption) : adoptLocalUser(db, context, adoption),
      )
      if (row === undefined) throw await takenBy(db, context, user)
      return { row, isAdopted: true }
    }
    case 'former': {
      const row = await translating(user, () => relinkUser(db, context, { ...user, id: outcome.id }, data))
      // Somebody else took the account back in between.
      return row === undefined ? storeNewUser(parts, context, creation) : { row, isAdopted: false }
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
