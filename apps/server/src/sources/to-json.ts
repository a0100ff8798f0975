import type { JsonObject } from '@rollcall/scim'

/** What Zod has checked is JSON; what was left out is not there. */
export function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject
}
