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
  if (Array.isArray(left) || Array.isArray(right))
    return (
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length &&
      left.every((item, index) => isSameValue(item, right[index]))
    )
  const names = Object.keys(left)
  // Lists were ruled out above.
  const [a, b] = [left, right] as readonly { readonly [name: string]: TargetValue }[]
  return names.length === Object.keys(right).length && names.every((name) => isSameValue(a?.[name], b?.[name]))
}
