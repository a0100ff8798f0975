import type { JsonObject } from '@rollcall/scim'
import type { ChangeData } from '../../db/queries/changes.ts'

/** The attributes that changed, without what is inside of them. */
export function rootsOf(data: JsonObject): ReadonlySet<string> | undefined {
  const { changes } = toChangeData(data)
  return changes && new Set(changes.map(({ path }) => rootOf(path)))
}

/** A URN has dots of its own: its attribute begins behind the last colon. */
function rootOf(path: string): string {
  const from = path.startsWith('urn:') ? path.lastIndexOf(':') : 0
  const end = path.slice(from).search(/[.[]/)
  return end === -1 ? path : path.slice(0, from + end)
}

/** What stands in `changes` about people and teams was written as that. */
export function toChangeData(data: JsonObject): Partial<ChangeData> {
  return data
}
