import { isJsonObject } from '../json.ts'

/** Reads a member of a SCIM message by its name in any letter case (RFC 7643 §2.1; some servers write "resources"). */
export function findMember(message: unknown, name: string): unknown {
  if (!isJsonObject(message)) return undefined
  if (Object.hasOwn(message, name)) return message[name]
  const wanted = name.toLowerCase()
  const key = Object.keys(message).find((candidate) => candidate.toLowerCase() === wanted)
  return key === undefined ? undefined : message[key]
}

/** A whole number that is not negative, also written as text, as some servers do; undefined for anything else. */
export function toCount(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined
}

/** A text that is not empty; undefined for anything else. */
export function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
