import type { SourceRules } from '@rollcall/admin-api'
import { isJsonObject, type Json, type JsonObject } from '@rollcall/scim'

/** In the place of a value that nobody is shown. */
export const hidden = '[hidden]'

/** Columns that rules call secret. */
export function secretColumnsOf(rules: Pick<SourceRules, 'columns'> | undefined): ReadonlySet<string> {
  const columns = Object.entries(rules?.columns ?? {})
  return new Set(columns.filter(([, { isSecret }]) => isSecret).map(([name]) => name))
}

/** A record without the values of its secret columns. */
export function hideColumns(record: JsonObject, secret: ReadonlySet<string>): JsonObject {
  if (secret.size === 0) return record
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [name, secret.has(name) && value !== null ? hidden : value]),
  )
}

/** What was made of a record: wherever a text holds a secret value of it, the text is not shown. */
export function hideValues(made: Json, record: JsonObject, secret: ReadonlySet<string>): Json {
  const values = [...secret].map((name) => record[name]).filter((value) => typeof value === 'string' && value !== '')
  const texts = values.map(String)
  return texts.length === 0 ? made : hideTexts(made, texts)
}

function hideTexts(value: Json, texts: readonly string[]): Json {
  if (typeof value === 'string') return texts.some((text) => value.includes(text)) ? hidden : value
  if (Array.isArray(value)) return value.map((each: Json) => hideTexts(each, texts))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, own]) => [name, own === undefined ? own : hideTexts(own, texts)]),
  )
}
