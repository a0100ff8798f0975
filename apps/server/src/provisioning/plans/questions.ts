import { createHash } from 'node:crypto'
import type { Json, JsonObject } from '@rollcall/scim'
import type { PlanAccount } from '../../db/queries/plan-accounts.ts'
import type { CompiledObjectRules } from '../rules/compiled.ts'
import type { Compared, Comparer, MatchQuery, TargetAbilities } from '../targets/target.ts'

/** The attributes that are asked for together: the id that only we give, and each rule for matching. */
export type Questions = {
  readonly all: readonly (readonly string[])[]
  /** The place of a query's question; undefined: it is none of these. */
  placeOf(query: MatchQuery): number | undefined
}

export function toQuestions(
  { matching }: Pick<CompiledObjectRules, 'matching'>,
  { keepsExternalId }: Pick<TargetAbilities, 'keepsExternalId'>,
): Questions {
  const rules = matching.map((rule) => rule.map(({ target }) => target))
  const own = keepsExternalId ? [['externalId']] : []
  const byName = new Map([...own, ...rules].map((attributes) => [JSON.stringify(attributes), attributes]))
  const places = new Map([...byName.keys()].map((name, place) => [name, place]))
  return {
    all: [...byName.values()],
    placeOf: (query) => places.get(JSON.stringify(query.map(({ attribute }) => attribute))),
  }
}

/** An account with lists of values may answer one question in several ways: no more than so many. */
const answersMax = 100

type Answer = Pick<PlanAccount, 'key' | 'written'>

/** By what an account may be found. */
export function answersOf(comparer: Comparer, attributes: readonly string[], resource: JsonObject): readonly Answer[] {
  let ways: readonly (readonly Compared[])[] = [[]]
  for (const attribute of attributes) {
    const values = comparer.compareAccount(attribute, resource)
    ways = ways.flatMap((way) => values.map((value) => [...way, value])).slice(0, answersMax)
  }
  return ways.map(toAnswer)
}

/** What has to be found; undefined: only the app can tell. */
export function answerTo(comparer: Comparer, query: MatchQuery): Answer | undefined {
  const compared = query.map(({ attribute, value }) => comparer.compareValue(attribute, value))
  const known = compared.filter((value) => value !== undefined)
  return known.length < query.length ? undefined : toAnswer(known)
}

function toAnswer(compared: readonly Compared[]): Answer {
  return { key: hash(compared.map(({ key }) => key)), written: hash(compared.map(({ written }) => written)) }
}

const hashBytes = 16

function hash(values: Json): Buffer {
  return createHash('sha256').update(JSON.stringify(values)).digest().subarray(0, hashBytes)
}
