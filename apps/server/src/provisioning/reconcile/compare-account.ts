import { foldCase, type Json, type JsonObject } from '@rollcall/scim'
import type { TargetValue } from '@rollcall/expressions'
import type { DesiredAttributes } from '../desired.ts'
import { redactMark } from '../log/redact-detail.ts'
import { isSecretName } from '../../telemetry/redact.ts'
import { PlaceError, toPlace, type AttributePlace } from '../targets/scim/attribute-place.ts'
import { valuesAt } from '../targets/scim/draft-resource.ts'

/** One attribute that is not as it was sent. */
export type Difference = { readonly attribute: string; readonly expected: Json; readonly found: Json }

export type Comparison = {
  readonly sent: DesiredAttributes
  /** What the app answered when that was sent; undefined: it said nothing. */
  readonly echoed: JsonObject | undefined
  readonly resource: JsonObject
}

/** What of a rule's attributes is compared otherwise than the rest. */
export type CompareRules = {
  /** No report shows their values. */
  readonly redacted: ReadonlySet<string>
  /** Lists that only grow: what the app has besides is no drift. */
  readonly additive: ReadonlySet<string>
  /** What the app does not keep or never shows. */
  readonly unseen: ReadonlySet<string>
}

/**
 * What somebody else changed in an account. What the app itself made of a value when it was sent, such as another case or
 * a format of its own, is no drift: that is how it shows the value.
 */
export function compareAccount({ sent, echoed, resource }: Comparison, rules: CompareRules): readonly Difference[] {
  return Object.entries(sent).flatMap(([attribute, expected]) => {
    const place = rules.unseen.has(attribute.toLowerCase()) ? undefined : findPlace(attribute)
    if (place === undefined) return []
    const found = read(resource, place, expected)
    if (found === undefined || isAsSent(expected, found, { place, isAdditive: rules.additive.has(attribute) }))
      return []
    if (echoed !== undefined && isSame(print(read(echoed, place, expected) ?? [], place), print(found, place)))
      return []
    const isHidden = rules.redacted.has(attribute) || isSecretName(attribute)
    return [
      {
        attribute,
        expected: isHidden ? redactMark : toShown(expected),
        found: isHidden ? redactMark : toShownValues(found),
      },
    ]
  })
}

const places = new Map<string, AttributePlace | undefined>()
const placesMax = 5_000

/** Undefined: it names its value in a way that cannot be looked up. */
function findPlace(path: string): AttributePlace | undefined {
  if (places.has(path)) return places.get(path)
  if (places.size >= placesMax) places.clear()
  const place = parse(path)
  places.set(path, place)
  return place
}

function parse(path: string): AttributePlace | undefined {
  try {
    return toPlace(path)
  } catch (error) {
    if (error instanceof PlaceError) return undefined
    throw error
  }
}

/** Undefined: values without a `value` are not compared. */
function read(resource: JsonObject, place: AttributePlace, expected: TargetValue): readonly Json[] | undefined {
  const [sample] = toList(expected)
  if (!isComplex(sample) || 'value' in sample) return valuesAt(resource, place)
  if (place.sub !== undefined || isList(expected)) return undefined
  return Object.keys(sample).map((sub) => valuesAt(resource, { ...place, sub })[0] ?? null)
}

function isAsSent(
  expected: TargetValue,
  found: readonly Json[],
  { place, isAdditive }: { readonly place: AttributePlace; readonly isAdditive: boolean },
): boolean {
  const [left, right] = [print(toList(expected).flatMap(toPlain), place), print(found, place)]
  return isAdditive ? left.every((text) => right.includes(text)) : isSame(left, right)
}

function toPlain(value: TargetValue): readonly Json[] {
  if (value === null || value === '') return []
  if (!isComplex(value)) return [value]
  return 'value' in value ? [value['value'] ?? null] : Object.values(value)
}

/** In one order and spelling: booleans may come as text, and only userName is compared without regard to case. */
function print(values: readonly Json[], { attribute }: AttributePlace): readonly string[] {
  const isFolded = attribute.toLowerCase() === 'username'
  return values
    .filter((value) => value !== null && value !== '')
    .map((value) => {
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
      return isFolded ? foldCase(text) : text.replace(/^(?:true|false)$/i, (word) => word.toLowerCase())
    })
    .toSorted()
}

function isSame(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index])
}

function toShown(value: TargetValue): Json {
  return value
}

function toShownValues(values: readonly Json[]): Json {
  return values.length > 1 ? values : (values[0] ?? null)
}

function toList(value: TargetValue): readonly TargetValue[] {
  if (value === null) return []
  return isList(value) ? value : [value]
}

function isList(value: TargetValue): value is readonly TargetValue[] {
  return Array.isArray(value)
}

function isComplex(value: TargetValue | undefined): value is { readonly [name: string]: TargetValue } {
  return typeof value === 'object' && value !== null && !isList(value)
}
