import type { TargetValue } from '@rollcall/expressions'
import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { DesiredAttributes } from '../../desired.ts'
import type { AttributePlace } from './attribute-place.ts'
import { keyOf } from './draft-resource.ts'
import type { UpdateRequest } from '../target.ts'
import { isSameValue } from './values.ts'

/**
 * What an account should hold where some lists only grow: theirs are those of the app with ours behind them. One that is
 * empty is left alone, since nothing is ever taken away.
 */
export function withAddedValues(
  after: DesiredAttributes,
  additive: readonly string[],
  at: { readonly current: JsonObject; readonly toPlace: (path: string) => AttributePlace },
): DesiredAttributes {
  const entries = Object.entries(after).flatMap(([path, value]): readonly (readonly [string, TargetValue])[] => {
    if (!additive.includes(path)) return [[path, value]]
    const ours = toList(value)
    if (ours.length === 0) return []
    const theirs = toList(readAt(at.current, at.toPlace(path)))
    return [[path, [...theirs, ...ours.filter((item) => !theirs.some((other) => isSameItem(other, item)))]]]
  })
  return Object.fromEntries(entries)
}

/** Whether a list that only grows may differ from what was sent last: then what the app has besides must be read. */
export function growsLists({ before, after, additive = [] }: UpdateRequest): boolean {
  return additive.some(
    (path) => Object.hasOwn(after, path) && (before === null || !isSameValue(before[path], after[path])),
  )
}

function toList(value: TargetValue): readonly TargetValue[] {
  if (value === null) return []
  return isList(value) ? value : [value]
}

function isList(value: TargetValue): value is readonly TargetValue[] {
  return Array.isArray(value)
}

function readAt(resource: JsonObject, { schema, attribute }: AttributePlace): TargetValue {
  const holder = schema === undefined ? resource : resource[keyOf(resource, schema)]
  const found = isJsonObject(holder) ? holder[keyOf(holder, attribute)] : undefined
  // What stands in an answer is JSON.
  return (found ?? null) as TargetValue
}

/** An element is known by its value, whatever the app adds to it. */
function isSameItem(left: TargetValue, right: TargetValue): boolean {
  const [one, other] = [valueOf(left), valueOf(right)]
  return one === undefined || other === undefined ? isSameValue(left, right) : isSameValue(one, other)
}

function valueOf(item: TargetValue): TargetValue | undefined {
  return typeof item === 'object' && item !== null && !isList(item) ? item['value'] : undefined
}
