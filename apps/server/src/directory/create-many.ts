import { ScimError, type ResourceDraft, type ResourceType } from '@rollcall/scim'
import type { ResourceRecord } from '@rollcall/scim/server'
import { insertUsers, toUserColumns, type UserWithData } from '../db/queries/insert-users.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { retrying } from './failures.ts'
import { toRecord } from './records.ts'
import { createdRow, relinksFormer, toCreatedData, toNewUser } from './create-user.ts'
import { bringsRoles, createUserWithRoles } from './user-roles.ts'

type Outcome = ResourceRecord | ScimError

/**
 * Makes many users ready; the function that comes back creates them in one statement. Each succeeds or fails by itself,
 * in the order given.
 */
export function prepareManyUsers(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  drafts: readonly ResourceDraft[],
): () => Promise<readonly Outcome[]> {
  const prepared = drafts.map((draft) => prepare(parts, context, type, draft))
  const users = prepared.filter((entry) => entry.kind === 'user')
  const columns = toUserColumns(users)
  const relinks = relinksFormer(context)
  return async () => {
    const db = queryableOf(parts, context)
    const created =
      users.length === 0 ? new Set<string>() : await retrying(context, () => insertUsers(db, context, columns, relinks))
    const outcomes: Outcome[] = []
    for (const entry of prepared) {
      if (entry.kind === 'error') outcomes.push(entry.error)
      else if (entry.kind === 'user' && created.has(entry.user.id))
        outcomes.push(toRecord(createdRow(entry.user, context)))
      // What the one statement left out is taken, or is an account that comes back: one by one.
      else outcomes.push(await catching(() => createSingle(parts, context, type, entry.draft)))
    }
    return outcomes
  }
}

const noFields = { groups: false, members: false }

function createSingle(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  draft: ResourceDraft,
): Promise<ResourceRecord> {
  return createUserWithRoles(parts, context, type, { draft, fields: noFields })
}

type Prepared =
  | (UserWithData & { readonly kind: 'user'; readonly draft: ResourceDraft })
  | { readonly kind: 'single'; readonly draft: ResourceDraft }
  | { readonly kind: 'error'; readonly error: ScimError }

function prepare(parts: DirectoryParts, context: DirectoryContext, type: ResourceType, draft: ResourceDraft): Prepared {
  // Hashing a password takes its time, and needs a transaction.
  if (context.settings.passwordSync && draft.writeOnly['password'] !== undefined) return { kind: 'single', draft }
  if (bringsRoles(context, draft.attributes)) return { kind: 'single', draft }
  try {
    const user = toNewUser(parts, context, type, draft)
    const data = toCreatedData(context, user, draft.attributes)
    return { kind: 'user', user, data, draft }
  } catch (error) {
    if (error instanceof ScimError) return { kind: 'error', error }
    throw error
  }
}

/** A failure of one is its outcome; a failure of the database is everybody's. */
export async function catching(work: () => Promise<ResourceRecord>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ScimError && error.code !== 'unavailable') return error
    throw error
  }
}
