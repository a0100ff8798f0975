import { DateTime, type Expression, toText, walk } from '@rollcall/expressions'
import { isJsonObject, type Json } from '@rollcall/scim'
import type { CompiledObjectRules } from '../rules/compiled.ts'

/** A value as an explanation shows it: JSON, whatever the language made. */
export function toShown(value: unknown): Json {
  if (value === undefined || value === null) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value === 'bigint' || value instanceof DateTime) return toText(value)
  if (Array.isArray(value)) return value.map(toShown)
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, toShown(part)]))
    : null
}

/** Attributes of the source that stand within a Redact(): no log may show them, wherever they are read. */
export function listSecretNames({ mappings, matching }: CompiledObjectRules): ReadonlySet<string> {
  const sources = [...mappings, ...matching.flat()].map(({ from }) => from)
  return new Set(sources.flatMap((from) => (from.kind === 'expression' ? listRedacted(from.expression) : [])))
}

function listRedacted(expression: Expression): readonly string[] {
  return [...walk(expression)].flatMap((node) =>
    node.kind === 'call' && node.name === 'Redact'
      ? [...walk(node)].flatMap((part) => (part.kind === 'attribute' ? [part.name] : []))
      : [],
  )
}
