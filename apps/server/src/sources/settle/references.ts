import type { MissingReference } from '../../db/queries/source-references.ts'
import { selectByKeys, selectScimIdsByAnchors } from '../../db/queries/source-people.ts'
import type { SourceName } from '../../db/queries/source-settling.ts'
import type { Transaction } from '../../db/transaction.ts'
import { anchorBytesMax } from '../name-record.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import type { Reconciled, SourceReference } from './authority.ts'
import { toPersonKey } from './correlate.ts'

/** A record, and whom it names. */
export type Naming = { readonly anchor: string; readonly references: Reconciled['references'] }

export type ResolvedReferences = {
  /** SCIM ids by attribute, for each anchor. */
  readonly known: ReadonlyMap<string, { readonly [target: string]: string }>
  readonly missing: readonly MissingReference[]
}

/** The people whom records name: by their anchors, or by an attribute that only one of all people has. */
export async function resolveSourceReferences(
  tx: Transaction,
  site: { readonly name: SourceName; readonly rules: CompiledSourceRules },
  namings: readonly Naming[],
): Promise<ResolvedReferences> {
  const all = namings.flatMap(({ anchor, references }) =>
    Object.entries(references).map(([target, reference]) => ({ anchor, target, reference })),
  )
  const ids = await findAll(
    tx,
    site,
    all.map(({ reference }) => reference),
  )
  const known = new Map<string, Record<string, string>>()
  const missing: MissingReference[] = []
  for (const { anchor, target, reference } of all) {
    const id = ids.get(keyOf(reference))
    if (id !== undefined) known.set(anchor, { ...known.get(anchor), [target]: id })
    // Another source keeps its own account of whom it waits for.
    else if (reference.sourceId === site.name.sourceId && mayArrive(reference))
      missing.push({ anchor, matchOn: reference.matchOn ?? '', needed: reference.value, target })
  }
  return { known, missing }
}

/** What is longer than a name of anybody can be is waited for by nobody. */
function mayArrive({ value }: SourceReference): boolean {
  return Buffer.byteLength(value) <= anchorBytesMax
}

function keyOf({ sourceId, matchOn = '', value }: SourceReference): string {
  return JSON.stringify(matchOn === '' ? [sourceId, value] : [matchOn, value])
}

async function findAll(
  tx: Transaction,
  { name, rules }: { readonly name: SourceName; readonly rules: CompiledSourceRules },
  references: readonly SourceReference[],
): Promise<ReadonlyMap<string, string>> {
  const { organizationId } = name
  const ids = new Map<string, string>()
  const byAnchor = references.filter(({ matchOn }) => matchOn === undefined)
  for (const [sourceId, named] of Map.groupBy(byAnchor, (reference) => reference.sourceId)) {
    const anchors = [...new Set(named.map(({ value }) => value))]
    const found = await selectScimIdsByAnchors(tx, { organizationId, sourceId }, anchors)
    for (const [value, id] of found) ids.set(keyOf({ sourceId, value }), id)
  }
  const byAttribute = references.filter(({ matchOn }) => matchOn !== undefined)
  for (const [matchOn = '', named] of Map.groupBy(byAttribute, (reference) => reference.matchOn)) {
    for (const [value, id] of await findByAttribute(tx, { organizationId, rules, matchOn }, named))
      ids.set(keyOf({ sourceId: '', matchOn, value }), id)
  }
  return ids
}

async function findByAttribute(
  tx: Transaction,
  {
    organizationId,
    rules,
    matchOn,
  }: { readonly organizationId: string; readonly rules: CompiledSourceRules; readonly matchOn: string },
  references: readonly SourceReference[],
): Promise<ReadonlyMap<string, string>> {
  const place = rules.placeOf(matchOn)
  if (place === undefined) return new Map()
  const target = { target: matchOn, place, attribute: { name: matchOn, type: 'string' as const } }
  const values = [...new Set(references.map(({ value }) => value))]
  const asked = values.flatMap((value) => {
    const key = toPersonKey([target], [value])
    return key === undefined ? [] : [{ value, key }]
  })
  const found = await selectByKeys(
    tx,
    organizationId,
    asked.map(({ key }) => key),
  )
  const byOrdinal = Map.groupBy(found, ({ ordinal }) => ordinal)
  return new Map(
    asked.flatMap(({ value }, ordinal): (readonly [string, string])[] => {
      const people = byOrdinal.get(ordinal) ?? []
      const [only] = people
      // Of several nobody is chosen.
      return people.length === 1 && typeof only?.scim_id === 'string' ? [[value, only.scim_id]] : []
    }),
  )
}
