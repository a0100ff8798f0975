import { foldValue, type Json, type JsonObject } from '@rollcall/scim'
import type { TargetValue } from '@rollcall/expressions'
import type { SourceName } from '../../db/queries/source-settling.ts'
import { selectByKeys, type PersonKey, type SettlingPerson } from '../../db/queries/source-people.ts'
import type { Transaction } from '../../db/transaction.ts'
import type { CompiledSourceRules, CorrelationTarget } from '../rules/compiled.ts'
import { type PersonDraft, setAt } from '../rules/place.ts'
import type { ReadRecord } from './read-record.ts'

/** Somebody whom a rule finds; the first rule is 0. */
export type Candidate = SettlingPerson & { readonly rule: number }

/** Everybody who fits a record, by its anchor: the first rule that finds anybody decides. */
export async function findByRules(
  tx: Transaction,
  { name, rules }: { readonly name: SourceName; readonly rules: CompiledSourceRules },
  reads: readonly ReadRecord[],
): Promise<ReadonlyMap<string, readonly Candidate[]>> {
  const found = new Map<string, readonly Candidate[]>()
  for (const [rule, parts] of rules.correlation.entries()) {
    const asked = reads.flatMap(({ record, keys }) => {
      const key = found.has(record.anchor) ? undefined : keys.find((each) => each.rule === rule)
      const personKey = key && toPersonKey(parts, key.values)
      return personKey === undefined ? [] : [{ anchor: record.anchor, key: personKey }]
    })
    const rows = await selectByKeys(
      tx,
      name.organizationId,
      asked.map(({ key }) => key),
    )
    for (const { ordinal, ...person } of rows) {
      const anchor = asked[ordinal]?.anchor
      if (anchor !== undefined) found.set(anchor, [...(found.get(anchor) ?? []), { ...person, rule }])
    }
  }
  return found
}

/** What the directory is asked for; undefined where a value cannot be one of its attribute, so that nobody has it. */
export function toPersonKey(
  parts: readonly CorrelationTarget[],
  values: readonly TargetValue[],
): PersonKey | undefined {
  const search: PersonDraft = {}
  let userName: string | undefined
  let externalId: string | undefined
  for (const [index, { place }] of parts.entries()) {
    const value = values[index] ?? null
    const leaf = place.sub ?? place.attribute
    const folded = foldValue(leaf, value)
    if (folded === undefined) return undefined
    if (isCore(place.schema, leaf.name, 'userName')) userName = String(folded)
    else if (isCore(place.schema, leaf.name, 'externalId')) externalId = String(folded)
    else setAt(search, place, toHeld(place.attribute.multiValued && place.element === undefined, folded))
  }
  const hasSearch = Object.keys(search).length > 0
  return { userName, externalId, search: hasSearch ? JSON.stringify(search satisfies JsonObject) : undefined }
}

function isCore(schema: string | undefined, name: string, wanted: string): boolean {
  return schema === undefined && name === wanted
}

function toHeld(isList: boolean, value: string | number | boolean): Json {
  return isList ? [value] : value
}
