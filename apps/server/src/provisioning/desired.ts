import { createHash } from 'node:crypto'
import type { TargetValue } from '@rollcall/expressions'
import type { ObjectRef } from './object.ts'

/**
 * What an account in a target should hold: a value for each attribute that a mapping owns, by its path as in the mapping
 * (`userName`, `emails[type eq "work"].value`, `urn:…:User:department`). `null` clears; what is absent is left alone.
 */
export type DesiredAttributes = { readonly [path: string]: TargetValue }

/** Attributes that name another object of the directory; they become its id in the target when that is known. */
export type DesiredReferences = { readonly [path: string]: readonly ObjectRef[] }

/** One text for one meaning: paths sorted, what is inside of values sorted too. */
export function printDesired(desired: DesiredAttributes): string {
  return print(desired)
}

/** Sixteen bytes that are the same exactly when the same would be sent. */
export function hashDesired(desired: DesiredAttributes): Buffer {
  return createHash('sha256').update(printDesired(desired)).digest().subarray(0, 16)
}

function print(value: TargetValue): string {
  if (Array.isArray(value)) return `[${value.map(print).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  // `isArray` knows no readonly list: what is none is an object.
  const members = value as { readonly [name: string]: TargetValue }
  let text = ''
  // Every account is printed twice a turn: entries and joined lists of them were a tenth of what such a turn leaves to collect.
  for (const name of Object.keys(members).sort()) {
    const item = members[name]
    if (item === undefined) continue
    text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${print(item)}`
  }
  return text === '' ? '{}' : `${text}}`
}
