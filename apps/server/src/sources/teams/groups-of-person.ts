import { isJsonArray, isJsonObject, type Json, type JsonObject } from '@rollcall/scim'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import { listGroups } from './list-groups.ts'

/** Columns by which directories and SCIM servers list the groups of a person. */
const namesColumn = 'groups'
const idsColumn = 'groupIds'
/** Of one person. */
const groupsMax = 1_000

/**
 * The groups that a record lists, by name and by id, as they are kept for rules of teams; null: none, or a column that nobody is
 * shown.
 */
export function groupsOfRecord(record: JsonObject, { document, secretColumns }: CompiledSourceRules): string | null {
  const { column = namesColumn, separator } = document.teams ?? {}
  const names = secretColumns.has(column) ? [] : listGroups(record[column], separator)
  const listed = secretColumns.has(idsColumn) ? [] : listGroups(record[idsColumn], undefined)
  const ids = [...new Set([...listed, ...(secretColumns.has(column) ? [] : idsWithin(record[column]))])]
  return names.length + ids.length === 0 ? null : JSON.stringify({ names, ids: ids.slice(0, groupsMax) })
}

/** SCIM lists groups as objects whose `value` is the id. */
function idsWithin(value: Json | undefined): readonly string[] {
  if (!isJsonArray(value)) return []
  return value.flatMap((item) => (isJsonObject(item) && typeof item['value'] === 'string' ? [item['value']] : []))
}
