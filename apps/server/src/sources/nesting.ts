import { isJsonObject, type Json } from '@rollcall/scim'

/** Lists within lists and objects within objects of a record. */
export const levelsMax = 50

/** Said of a record that has more of them. */
export const tooDeep = {
  reason: 'recordTooDeep',
  detail: `The record has more than ${levelsMax} levels of lists and objects`,
} as const

/** Looks no deeper than that, whatever is in it. */
export function isDeeper(value: Json | undefined, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  const inner: readonly (Json | undefined)[] = isJsonObject(value) ? Object.values(value) : value
  return inner.some((each) => isDeeper(each, levels - 1))
}
