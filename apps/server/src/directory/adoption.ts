import { foldCase, isJsonObject, scimError, ScimError, type Json, type JsonObject } from '@rollcall/scim'
import { adoptUser, selectLocalPeople, selectNamesakes, type AdoptableRow } from '../db/queries/adoption.ts'
import type { ResourceRow } from '../db/queries/rows.ts'
import type { NewUser, UserValues } from '../db/queries/users.ts'
import type { Queryable } from '../db/pool.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { admitCuts, guarded, takeTurn, type Turn } from './guard.ts'
import { parseLogin } from './logins.ts'
import { localOwner, managerOf } from './ownership.ts'
import { parseStored } from './records.ts'

/** How a user of a source becomes columns; given by the store of users, which asks for adoptions. */
export type ToValues = (attributes: JsonObject) => UserValues

/** Whether POST takes over the local account of the same user name. */
export function adoptsAccounts({ settings, style }: DirectoryContext): boolean {
  return (settings.adopt ?? (style.adoptsByUserName ? 'userName' : 'none')) === 'userName'
}

type Adoption = { readonly user: NewUser; readonly attributes: JsonObject; readonly toValues: ToValues }

/**
 * The local account that a user of the source is, by userName alone, never by an e-mail address: it belongs to the
 * connection from then on. Undefined when there is none; throws `uniqueness` when there are several.
 */
export async function adoptLocalUser(
  db: Queryable,
  context: DirectoryContext,
  creation: Adoption & { readonly turn?: Turn | undefined },
): Promise<ResourceRow | undefined> {
  const { user, attributes, toValues, turn } = creation
  if (!adoptsAccounts(context)) return undefined
  const keys = { userNames: [user.userNameKey], logins: listLogins(user.userName, user) }
  const found = (await selectNamesakes(db, context.organizationId, keys)).filter(isAdoptable)
  if (found.length > 1)
    throw scimError(
      'uniqueness',
      `userName "${user.userName.slice(0, 200)}" could be any of ${found.length} local accounts; rename all but one of them`,
    )
  const [account] = found
  if (account === undefined) return undefined
  const merged = mergeAccount(parseStored(account), attributes)
  if (merged['active'] === false && account.state !== 'suspended') {
    const changes = [{ action: 'suspend', subjectKind: 'user', subjectId: account.id, memberId: account.id }] as const
    await admitCuts(db, context, turn, { count: 1, changes })
  }
  const data = { via: 'POST', changes: Object.entries(merged).map(([path, after]) => ({ path, after })) }
  return adoptUser(db, context, toValues(merged), {
    id: account.id,
    version: account.version,
    isActive: merged['active'] !== false,
    localOwner,
    data: JSON.stringify(data),
  })
}

/** The same, told `active: false`: whom that suspends is counted, and held when they are too many (DESIGN §5, 9). */
export function adoptSuspended(
  parts: DirectoryParts,
  context: DirectoryContext,
  adoption: Adoption,
): Promise<ResourceRow | undefined> {
  return guarded(parts, context, async (tx) => {
    const turn = await takeTurn(tx, context)
    return adoptLocalUser(tx, context, { ...adoption, turn })
  })
}

/** GitHub's rule: the source's names and mail replace what was there; addresses that are not primary go. */
function mergeAccount(account: JsonObject, sent: JsonObject): JsonObject {
  const schemas = [...listOf(account['schemas']), ...listOf(sent['schemas'])]
  const primary = listOf(account['emails']).filter(isPrimary)
  return {
    ...account,
    ...sent,
    schemas: [...new Set(schemas)],
    emails: sent['emails'] ?? (primary.length > 0 ? primary : undefined),
    active: sent['active'] !== false,
  }
}

function isPrimary(email: Json): boolean {
  return isJsonObject(email) && email['primary'] === true
}

function listOf(value: Json | undefined): readonly Json[] {
  // Array.isArray makes `any[]` of a readonly array; what is in JSON is JSON.
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

function isAdoptable({ connection_id: owner, is_built_in: isBuiltIn }: AdoptableRow): boolean {
  return !isBuiltIn && managerOf(owner) === null
}

/** The login with and without the connection's suffix: local accounts have none. */
function listLogins(userName: string, login: { readonly loginKey: string | null }): readonly string[] {
  const keys = new Set<string>(login.loginKey === null ? [] : [login.loginKey])
  try {
    keys.add(foldCase(parseLogin(userName)))
  } catch (error) {
    // What makes no login may still be the very userName of an account.
    if (!(error instanceof ScimError)) throw error
  }
  return [...keys]
}

/** A user as a source is going to send it. */
export type ExpectedUser = { readonly userName: string }

export type ConflictReason = 'invalidLogin' | 'ambiguous' | 'builtIn' | 'ownedByAnother' | 'sameLogin'

export type AdoptionPreview = {
  readonly linked: readonly { readonly userName: string; readonly userId: string }[]
  readonly created: readonly string[]
  /** Here by this connection already. */
  readonly present: readonly { readonly userName: string; readonly userId: string }[]
  readonly conflicts: readonly { readonly userName: string; readonly reason: ConflictReason; readonly detail: string }[]
  /** Local accounts that none of the expected users is; at most `leftMax`. */
  readonly left: readonly { readonly userId: string; readonly userName: string; readonly isBuiltIn: boolean }[]
}

/** So many local accounts are named that nobody would take over. */
export const leftMax = 1_000

/** What would become of users if the source sent them now, each by POST in that order. Changes nothing. */
export async function previewAdoption(
  db: Queryable,
  context: DirectoryContext,
  users: readonly ExpectedUser[],
): Promise<AdoptionPreview> {
  const wanted = users.map(({ userName }) => ({ userName, ...tryLogin(userName, context) }))
  const namesakes = await selectNamesakes(db, context.organizationId, {
    userNames: wanted.map(({ userName }) => foldCase(userName)),
    logins: wanted.flatMap(({ keys }) => keys),
  })
  const fates = judge(wanted, context, groupByKey(namesakes))
  const taken = new Set(fates.flatMap((fate) => ('userId' in fate ? [fate.userId] : [])))
  const query = { organizationId: context.organizationId, localOwner, rowsMax: leftMax + taken.size }
  const locals = await selectLocalPeople(db, query)
  return {
    linked: fates.flatMap((fate) => (fate.kind === 'linked' ? [toLink(fate)] : [])),
    present: fates.flatMap((fate) => (fate.kind === 'present' ? [toLink(fate)] : [])),
    created: fates.filter((fate) => fate.kind === 'created').map(({ userName }) => userName),
    conflicts: fates
      .filter((fate) => fate.kind === 'conflict')
      .map(({ userName, reason, detail }) => ({ userName, reason, detail })),
    left: locals
      .filter(({ id }) => !taken.has(id))
      .slice(0, leftMax)
      .map(({ id, userName, isBuiltIn }) => ({ userId: id, userName, isBuiltIn })),
  }
}

type Wanted = { readonly userName: string; readonly keys: readonly string[]; readonly flaw: string | undefined }

type Fate = { readonly userName: string } & (
  | { readonly kind: 'linked' | 'present'; readonly userId: string }
  | { readonly kind: 'created' }
  | { readonly kind: 'conflict'; readonly reason: ConflictReason; readonly detail: string }
)

function toLink({ userName, userId }: { readonly userName: string; readonly userId: string }) {
  return { userName, userId }
}

function tryLogin(userName: string, { style }: DirectoryContext): Pick<Wanted, 'keys' | 'flaw'> {
  try {
    return { keys: [foldCase(parseLogin(userName))], flaw: undefined }
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    return { keys: [], flaw: style.githubLogins ? error.message : undefined }
  }
}

/** Accounts by whatever they may be found by. */
function groupByKey(rows: readonly AdoptableRow[]): ReadonlyMap<string, readonly AdoptableRow[]> {
  const byKey = new Map<string, AdoptableRow[]>()
  for (const row of rows)
    for (const key of [`name ${row.user_name_key}`, `login ${row.login_key ?? ''}`]) {
      const known = byKey.get(key)
      if (known === undefined) byKey.set(key, [row])
      else known.push(row)
    }
  return byKey
}

function judge(
  wanted: readonly Wanted[],
  context: DirectoryContext,
  byKey: ReadonlyMap<string, readonly AdoptableRow[]>,
): readonly Fate[] {
  const seen = new Set<string>()
  return wanted.map((user): Fate => {
    const own = [`name ${foldCase(user.userName)}`]
    const logins = user.keys.map((key) => `login ${key}`)
    const fate = judgeOne(user, context, find(byKey, own), find(byKey, logins))
    // Who comes first has the name; under logins everybody who makes the same.
    const keys = context.style.githubLogins ? [...own, ...logins] : own
    const isRepeated = keys.some((key) => seen.has(key))
    for (const key of keys) seen.add(key)
    if (!isRepeated || fate.kind === 'conflict') return fate
    const detail = 'An earlier one of the list has the same user name or makes the same login'
    return { kind: 'conflict', userName: user.userName, reason: 'sameLogin', detail }
  })
}

function find(byKey: ReadonlyMap<string, readonly AdoptableRow[]>, keys: readonly string[]): readonly AdoptableRow[] {
  return keys.flatMap((key) => byKey.get(key) ?? [])
}

function judgeOne(
  { userName, flaw }: Wanted,
  context: DirectoryContext,
  byName: readonly AdoptableRow[],
  byLogin: readonly AdoptableRow[],
): Fate {
  const conflict = (reason: ConflictReason, detail: string): Fate => ({ kind: 'conflict', userName, reason, detail })
  if (flaw !== undefined) return conflict('invalidLogin', flaw)
  const { connectionId, style } = context
  const all = [...new Map([...byName, ...byLogin].map((row) => [row.id, row])).values()]
  const adoptable = adoptsAccounts(context) ? all.filter(isAdoptable) : []
  const rivals = style.githubLogins ? all : byName
  if (rivals.length === 0 && adoptable.length === 0) return { kind: 'created', userName }
  const present = all.find((row) => row.connection_id === connectionId && byName.includes(row))
  if (present !== undefined) return { kind: 'present', userName, userId: present.id }
  if (rivals.some((row) => row.is_built_in)) return conflict('builtIn', 'A built-in account has that name')
  const [only, ...others] = adoptable
  if (others.length > 0) return conflict('ambiguous', `${adoptable.length} local accounts could be meant`)
  // Without logins only the very same userName stands in the way of a new account, and only that one is taken over.
  if (only !== undefined && rivals.includes(only)) return { kind: 'linked', userName, userId: only.id }
  if (rivals.length === 0) return { kind: 'created', userName }
  return conflict('ownedByAnother', 'The name belongs to an account that this connection does not take over')
}
