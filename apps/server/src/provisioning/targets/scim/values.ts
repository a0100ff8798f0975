import type { TargetValue } from '@rollcall/expressions'
import type { TargetProfile } from './profile.ts'

/** A value as the app takes it. */
export function toWireValue(value: TargetValue, profile: TargetProfile): TargetValue {
  return profile.booleans === 'text' ? withTextBooleans(value) : value
}

function withTextBooleans(value: TargetValue): TargetValue {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) return value.map(withTextBooleans)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTextBooleans(item)]))
}

/** Equal as JSON, whatever the order of names. */
export function isSameValue(left: TargetValue | undefined, right: TargetValue | undefined): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (isList(left) || isList(right)) return isList(left) && isList(right) && isSameList(left, right)
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every((name) => isSameValue(left[name], right[name]))
}

function isSameList(left: readonly TargetValue[], right: readonly TargetValue[]): boolean {
  return left.length === right.length && left.every((item, index) => isSameValue(item, right[index]))
}

/** Unlike `Array.isArray` it leaves the type of the elements known. */
function isList(value: TargetValue): value is readonly TargetValue[] {
  return Array.isArray(value)
}
