import { type AttributeChange, type JsonObject, type ResourceType, ScimError } from '@rollcall/scim'
import { isLastOwner, lastOwnerReason } from '../access/last-owner.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import { insertUsers, toUserColumns, type UserWithData } from '../db/queries/insert-users.ts'
import { updateUsers, type UserRewrite } from '../db/queries/update-users.ts'
import { relinkUser, selectStanding, selectStandingById } from '../db/queries/users.ts'
import { attempt, type Transaction } from '../db/transaction.ts'
import { createDirectory } from './create-directory.ts'
import { toCreatedData, toNewUser } from './create-user.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { localOwner } from './ownership.ts'
import { hasUniqueExtensions } from './unique-values.ts'
import { translating } from './user-conflicts.ts'
import { bringsRoles } from './user-roles.ts'
import { toUserValues } from './user-values.ts'

// People by the hundred, each written or not by itself, in one transaction of the caller.

export type ManyContext = DirectoryContext & { readonly tx: Transaction }

/** `stale`: a value is taken meanwhile, or the account is not any more as the caller saw it. */
export type ManyOutcome =
  | { readonly kind: 'written'; readonly id: string }
  | { readonly kind: 'stale' }
  | { readonly kind: 'refused'; readonly detail: string }

const stale: ManyOutcome = { kind: 'stale' }
const noFields = { groups: false, members: false }

/** Creates accounts, in the order given; attributes as `normaliseResource` gives them. */
export async function createPeople(
  parts: DirectoryParts,
  context: ManyContext,
  type: ResourceType,
  people: readonly JsonObject[],
): Promise<readonly ManyOutcome[]> {
  if (hasUniqueExtensions(type) || people.some((attributes) => bringsRoles(context, attributes)))
    return oneByOne(context, people, (attributes) => createOne(parts, context, type, attributes))
  const prepared = people.map((attributes) => prepare(parts, context, type, attributes))
  const rows = prepared.flatMap((entry) => (entry instanceof ScimError ? [] : [entry]))
  const created =
    rows.length === 0 ? new Set<string>() : await insertUsers(context.tx, context, toUserColumns(rows), false)
  return prepared.map((entry) => {
    if (entry instanceof ScimError) return { kind: 'refused', detail: entry.message }
    return created.has(entry.user.id) ? { kind: 'written', id: entry.user.id } : stale
  })
}

function prepare(
  parts: DirectoryParts,
  context: ManyContext,
  type: ResourceType,
  attributes: JsonObject,
): UserWithData | ScimError {
  try {
    const user = toNewUser(parts, context, type, { attributes, writeOnly: {}, members: undefined })
    return { user, data: toCreatedData(context, user, attributes) }
  } catch (error) {
    if (error instanceof ScimError) return error
    throw error
  }
}

async function createOne(
  parts: DirectoryParts,
  context: ManyContext,
  type: ResourceType,
  attributes: JsonObject,
): Promise<ManyOutcome> {
  const draft = { attributes, writeOnly: {}, members: undefined }
  const record = await createDirectory(parts).create(context, type, draft, noFields)
  const standing = await selectStanding(context.tx, context.organizationId, record.id, { lock: false })
  return standing === undefined ? stale : { kind: 'written', id: standing.id }
}

/** Attributes of an account that has that version, which changes its state by no word. */
export type Rewrite = {
  readonly id: string
  readonly version: number
  readonly ownerId: string
  readonly attributes: JsonObject
  /** As history keeps them: JSON text. */
  readonly changes: string
  readonly isAdopted: boolean
}

/** Changes attributes of accounts, in the order given. */
export async function rewritePeople(
  parts: DirectoryParts,
  context: ManyContext,
  type: ResourceType,
  rewrites: readonly Rewrite[],
): Promise<readonly ManyOutcome[]> {
  if (hasUniqueExtensions(type))
    return oneByOne(context, rewrites, (rewrite) => changeOne(parts, context, type, rewrite))
  const prepared = rewrites.map((rewrite) => toRow(context, type, rewrite))
  const rows = prepared.flatMap((row) => (row instanceof ScimError ? [] : [row]))
  const written = await writeRows(context, rows)
  const outcomes: ManyOutcome[] = []
  for (const [index, rewrite] of rewrites.entries()) {
    const row = prepared[index]
    if (row instanceof ScimError) outcomes.push({ kind: 'refused', detail: row.message })
    // Somebody overrides attributes of the person, or he is not any more as the caller saw him.
    else
      outcomes.push(written.get(rewrite.id) ?? (await trying(context, () => changeOne(parts, context, type, rewrite))))
  }
  return outcomes
}

/** Changes one account as a client would, overrides and state included: what several at once cannot do. */
export async function changeOne(
  parts: DirectoryParts,
  context: ManyContext,
  type: ResourceType,
  rewrite: Omit<Rewrite, 'isAdopted'>,
): Promise<ManyOutcome> {
  const standing = await selectStandingById(context.tx, context.organizationId, rewrite.id)
  if (standing === undefined || standing.scim_id === null || standing.version !== rewrite.version) return stale
  const outcome = await createDirectory(parts).update(
    { ...context, connectionId: rewrite.ownerId },
    type,
    standing.scim_id,
    {
      ifVersion: String(rewrite.version),
      attributes: rewrite.attributes,
      // We wrote them ourselves.
      changes: JSON.parse(rewrite.changes) as readonly AttributeChange[],
      writeOnly: {},
      members: [],
      fields: noFields,
      verb: 'PATCH',
    },
  )
  return outcome.kind === 'updated' || outcome.kind === 'unchanged' ? { kind: 'written', id: rewrite.id } : stale
}

/** All in one statement; when somebody took a value just now, or the last owner would go, each by itself. */
async function writeRows(
  context: ManyContext,
  rows: readonly UserRewrite[],
): Promise<ReadonlyMap<string, ManyOutcome>> {
  if (rows.length === 0) return new Map()
  try {
    const written = await attempt(context.tx, () => updateUsers(context.tx, context, localOwner, rows))
    return new Map([...written].map((id) => [id, { kind: 'written', id }]))
  } catch (error) {
    const isOwner = isLastOwner(error)
    if (brokenUnique(error) === undefined && !isOwner) throw error
    const [only] = rows
    if (rows.length === 1 && only !== undefined)
      return isOwner ? new Map([[only.id, { kind: 'refused', detail: lastOwnerReason }]]) : new Map()
  }
  const outcomes = new Map<string, ManyOutcome>()
  for (const row of rows) for (const [id, outcome] of await writeRows(context, [row])) outcomes.set(id, outcome)
  return outcomes
}

function toRow(context: ManyContext, type: ResourceType, rewrite: Rewrite): UserRewrite | ScimError {
  const { id, version, ownerId, attributes, changes, isAdopted } = rewrite
  try {
    const values = toUserValues(attributes, type, { ...context, connectionId: ownerId })
    const via = context.act?.via ?? 'PATCH'
    const data = `{"via":${JSON.stringify(via)},"changes":${changes}}`
    return { id, version, ownerId, values, action: isAdopted ? 'user.adopted' : 'user.updated', data }
  } catch (error) {
    if (error instanceof ScimError) return error
    throw error
  }
}

/** Gives a deprovisioned account a new resource with these attributes; undefined: it has one again, or a value is taken. */
export async function reviveAccount(
  parts: DirectoryParts,
  context: ManyContext,
  type: ResourceType,
  former: { readonly id: string; readonly attributes: JsonObject },
): Promise<boolean> {
  const draft = { attributes: former.attributes, writeOnly: {}, members: undefined }
  const user = { ...toNewUser(parts, context, type, draft), id: former.id }
  const data = toCreatedData(context, user, former.attributes)
  return (await translating(user, () => relinkUser(context.tx, context, user, data))) !== undefined
}

async function oneByOne<Item>(
  context: ManyContext,
  items: readonly Item[],
  work: (item: Item) => Promise<ManyOutcome>,
): Promise<readonly ManyOutcome[]> {
  const outcomes: ManyOutcome[] = []
  for (const item of items) outcomes.push(await trying(context, () => work(item)))
  return outcomes
}

/** What is refused takes nothing else with it. */
export async function trying(context: ManyContext, work: () => Promise<ManyOutcome>): Promise<ManyOutcome> {
  try {
    return await attempt(context.tx, work)
  } catch (error) {
    if (brokenUnique(error) !== undefined || (error instanceof ScimError && error.code === 'uniqueness')) return stale
    if (error instanceof ScimError && error.code !== 'unavailable') return { kind: 'refused', detail: error.message }
    throw error
  }
}
