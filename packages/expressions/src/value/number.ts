import { DateTime, type Scalar } from './value.ts'

/** A number of the language: whole ones beyond 2^53 are bigints. */
export type Numeric = number | bigint

/** The number that a value is, or that its text says; undefined when it is none. */
export function parseNumeric(value: Scalar): Numeric | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === null || value instanceof DateTime) return undefined
  const text = value.trim()
  if (text.length > 40) return undefined
  if (/^[+-]?\d+$/.test(text)) return narrow(BigInt(text.replace(/^\+/, '')))
  if (/^&H[0-9A-F]+$/i.test(text)) return narrow(BigInt(`0x${text.slice(2)}`))
  return /^[+-]?(?:\d+\.\d*|\.\d+)$/.test(text) ? Number(text) : undefined
}

/** The whole number that a value is; fractions are cut off. */
export function parseInteger(value: Scalar): bigint | undefined {
  const number = parseNumeric(value)
  if (number === undefined || typeof number === 'bigint') return number
  return Number.isFinite(number) ? BigInt(Math.trunc(number)) : undefined
}

/** A number where it is exact, else a bigint. */
export function narrow(value: bigint): Numeric {
  const small = Number(value)
  return Number.isSafeInteger(small) ? small : value
}

/** True or false in any case, a number that is not 0; undefined for anything else. Null and "" are false. */
export function parseCondition(value: Scalar): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (value === null || value === '') return false
  if (typeof value === 'string' && /^\s*true\s*$/i.test(value)) return true
  if (typeof value === 'string' && /^\s*false\s*$/i.test(value)) return false
  const number = parseNumeric(value)
  return number === undefined ? undefined : Number(number) !== 0
}
