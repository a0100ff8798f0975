import type { TargetValue } from '@rollcall/expressions'
import type { Queryable } from '../../db/pool.ts'
import {
  replacePending,
  selectReferenced,
  type AppKey,
  type PendingReference,
  type ReferencedObject,
} from '../../db/queries/provisioning-references.ts'
import type { DesiredAttributes } from '../desired.ts'
import type { ObjectRef } from '../object.ts'

/** One attribute that names other objects, as a mapping of kind `reference` yields it. */
export type ReferenceValue = {
  readonly needed: readonly ObjectRef[]
  readonly isMultiValued: boolean
  /** What goes where a needed object is out of scope and has no account. */
  readonly onMissing: 'omit' | 'clear' | 'text'
  readonly text?: TargetValue
}

/** An object whose attributes name others. */
export type Referring = ObjectRef & { readonly references: { readonly [path: string]: ReferenceValue } }

export type ResolvedReferences = {
  /** In the order of what was asked: what goes with the other attributes. */
  readonly attributes: readonly DesiredAttributes[]
  /** What somebody waits for; after the commit `releaseMeanwhile` looks once more. */
  readonly neededIds: readonly string[]
}

/**
 * References become ids of accounts in the app. What has no account yet is left out, never nulled, and waited for:
 * `releaseReferences` brings the object back as soon as there is one.
 */
export async function resolveReferences(
  tx: Queryable,
  app: AppKey,
  referring: readonly Referring[],
): Promise<ResolvedReferences> {
  if (referring.length === 0) return { attributes: [], neededIds: [] }
  const { attributes, pending } = await lookUpReferences(tx, app, referring)
  const dependentIds = referring.map(({ id }) => id)
  await replacePending(tx, app, dependentIds, pending)
  return { attributes, neededIds: [...new Set(pending.map((row) => row.neededId))] }
}

/** The same for previews and plans: nobody begins to wait for anything. */
export async function lookUpReferences(
  db: Queryable,
  app: AppKey,
  referring: readonly Referring[],
): Promise<{ readonly attributes: readonly DesiredAttributes[]; readonly pending: readonly PendingReference[] }> {
  const neededIds = new Set(
    referring.flatMap(({ references }) =>
      Object.values(references).flatMap(({ needed }) => needed.map(({ id }) => id)),
    ),
  )
  const known = neededIds.size === 0 ? [] : await selectReferenced(db, app, [...neededIds])
  const accounts = new Map(known.map((account) => [account.id, account]))
  const resolved = referring.map((one) => resolveOne(one, accounts))
  return { attributes: resolved.map((one) => one.attributes), pending: resolved.flatMap((one) => one.pending) }
}

type Accounts = ReadonlyMap<string, ReferencedObject>

function resolveOne(
  { kind, id, references }: Referring,
  accounts: Accounts,
): { readonly attributes: DesiredAttributes; readonly pending: readonly PendingReference[] } {
  const pending: PendingReference[] = []
  const entries: [string, TargetValue][] = []
  for (const [attribute, reference] of Object.entries(references)) {
    for (const other of reference.needed)
      if (keyOf(accounts, other) === undefined)
        pending.push({ neededId: other.id, dependentId: id, dependentKind: kind, attribute })
    const value = toValue(accounts, reference)
    if (value !== undefined) entries.push([attribute, value])
  }
  return { attributes: Object.fromEntries(entries), pending }
}

/** Undefined: the attribute is left alone. */
function toValue(accounts: Accounts, reference: ReferenceValue): TargetValue | undefined {
  const { needed, isMultiValued, onMissing, text } = reference
  const keys = needed.map((other) => keyOf(accounts, other)).filter((key) => key !== undefined)
  if (keys.length > 0) return isMultiValued ? keys : keys[0]
  // In scope: the account is on its way.
  if (needed.some(({ id }) => accounts.get(id)?.isInScope === true)) return undefined
  if (onMissing === 'clear') return null
  return onMissing === 'text' ? text : undefined
}

function keyOf(accounts: Accounts, { id }: ObjectRef): string | undefined {
  return accounts.get(id)?.key ?? undefined
}
