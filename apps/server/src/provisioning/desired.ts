import { hash } from 'node:crypto'
import type { TargetValue } from '@rollcall/expressions'
import type { ObjectRef } from './object.ts'

/**
 * What an account in a target should hold: a value for each attribute that a mapping owns, by its path as in the mapping
 * (`userName`, `emails[type eq "work"].value`, `urn:…:User:department`). `null` clears; what is absent is left alone.
 */
export type DesiredAttributes = { readonly [path: string]: TargetValue }

/** Attributes that name another object of the directory; they become its id in the target when that is known. */
export type DesiredReferences = { readonly [path: string]: readonly ObjectRef[] }

/** What is desired in its one text, and sixteen bytes that are the same exactly when the same would be sent. */
export type PrintedDesired = {
  readonly desired: DesiredAttributes
  readonly printed: string
  readonly hash: Buffer
}

/** Every account is compared and kept by its text: it is written once a turn. */
export function withPrint(desired: DesiredAttributes): PrintedDesired {
  const printed = printDesired(desired)
  // Bytes of a digest lie in memory of their own, for which the collector has to look; those of a short text do not.
  return { desired, printed, hash: Buffer.from(hash('sha256', printed).slice(0, hashDigits), 'hex') }
}

const hashDigits = 32

/** One text for one meaning: paths sorted, what is inside of values sorted too. */
export function printDesired(desired: DesiredAttributes): string {
  return JSON.stringify(sorted(desired))
}

/** The same value with its members in order; JSON's own writer does the rest at once. */
function sorted(value: TargetValue): TargetValue {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sorted)
  // `isArray` knows no readonly list: what is none is an object.
  const members = value as { readonly [name: string]: TargetValue }
  const copy: Record<string, TargetValue> = {}
  for (const name of Object.keys(members).sort()) {
    const item = members[name]
    if (item === undefined) continue
    const member = sorted(item)
    if (name === '__proto__') Object.defineProperty(copy, name, { value: member, enumerable: true })
    else copy[name] = member
  }
  return copy
}
