import type { Json, JsonObject } from '@rollcall/scim'
import { and, element, eq, type FilterExpression } from '@rollcall/scim/client'
import type { MatchQuery } from '../target.ts'
import { type AttributePlace, PlaceError, printAttribute, printElement } from './attribute-place.ts'
import { isSameText, valuesAt } from './draft-resource.ts'
import type { TargetProfile } from './profile.ts'

type Test = { readonly place: AttributePlace; readonly value: string | number | boolean }

/** The tests of a rule. Throws PlaceError for a value that no filter can hold. */
export function toTests(query: MatchQuery, toPlace: (path: string) => AttributePlace): readonly Test[] {
  return query.map(({ attribute, value }) => {
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean')
      throw new PlaceError(`The value of "${attribute}" is none that can be searched for`)
    return { place: toPlace(attribute), value }
  })
}

/** The filter as the app understands it; `flat` may find more, which `isMatch` then leaves out. */
export function toFilter(tests: readonly Test[], profile: TargetProfile): FilterExpression | string {
  const [first, ...others] = tests.map((test) => toComparison(test, profile))
  if (first === undefined) throw new PlaceError('A rule for matching names no attribute')
  return and(first, ...others)
}

function toComparison({ place, value }: Test, { elementFilters }: TargetProfile): FilterExpression {
  const path = printAttribute(place)
  const sub = place.sub ?? 'value'
  if (place.element === undefined) return eq(place.sub === undefined ? path : `${path}.${place.sub}`, value)
  if (elementFilters === 'flat') return eq(`${path}.${sub}`, value)
  // Microsoft Entra's own form, which the grammar of RFC 7644 does not have.
  if (elementFilters === 'entra')
    return { kind: 'comparison', text: `${printElement(place)}.${sub} eq ${JSON.stringify(value)}` }
  const tests = place.element.map((test) => eq(test.name, test.value))
  return element(path, and(eq(sub, value), ...tests))
}

/** Whether the account shows what was searched for: some servers answer every filter with everybody. */
export function isMatch(resource: JsonObject, tests: readonly Test[]): boolean {
  return tests.every(({ place, value }) => valuesAt(resource, place).some((found: Json) => isSameText(found, value)))
}
