import { isJsonObject, type JsonObject } from '@rollcall/scim'

/** For how many days a deleted person can be restored, unless the organization says otherwise. */
export const recycleBinDays = { min: 1, max: 400, default: 30 } as const

/** The organization's setting `recycleBin.daysMax`. Stored settings were checked when they came in. */
export function toRecycleBinDays(stored: JsonObject): number {
  const bin = stored['recycleBin']
  const days = isJsonObject(bin) ? bin['daysMax'] : undefined
  return typeof days === 'number' ? days : recycleBinDays.default
}
