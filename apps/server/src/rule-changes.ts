import { isDeepStrictEqual } from 'node:util'
import type { RuleChange } from '@rollcall/admin-api'

type Plain = { readonly [name: string]: unknown }

/** What differs between two documents of rules, in the order of the later one. */
export function diffDocuments(before: Plain, after: Plain): readonly RuleChange[] {
  return diff(before, after, '')
}

/** Mappings by the attribute that they write, so that a moved one is no change. */
export function byTarget(mappings: readonly { readonly target: string }[]): Plain {
  const seen = new Map<string, number>()
  return Object.fromEntries(
    mappings.map(({ target, ...mapping }) => {
      const count = (seen.get(target) ?? 0) + 1
      seen.set(target, count)
      // Two that write the same attribute: the second is another one.
      return [count === 1 ? target : `${target} (${count})`, mapping]
    }),
  )
}

function diff(before: Plain, after: Plain, place: string): readonly RuleChange[] {
  const names = [...new Set([...Object.keys(after), ...Object.keys(before)])]
  return names.flatMap((name) => compare(before[name], after[name], join(place, name)))
}

function compare(before: unknown, after: unknown, field: string): readonly RuleChange[] {
  if (isDeepStrictEqual(before, after)) return []
  if (isPlain(before) && isPlain(after)) return diff(before, after, field)
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed'
  return [{ field, change, before: toJson(before), after: toJson(after) }]
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function toJson(value: unknown): RuleChange['before'] {
  // Rules are JSON.
  return (value ?? null) as RuleChange['before']
}

/** A path of SCIM has dots and brackets of its own. */
function join(place: string, name: string): string {
  if (place === '') return name
  return /^\w+$/.test(name) ? `${place}.${name}` : `${place}[${name}]`
}
