import type { JsonObject } from '@rollcall/scim'
import { AccessError } from './access-error.ts'

/** What an organization may choose for itself; everything has a default. */
export type OrganizationSettings = {
  readonly requestLog: {
    /** Older entries go. */
    readonly daysMax: number
    /** When the entries of the organization are larger, the oldest go. */
    readonly bytesMax: number
  }
  readonly invitations: {
    /** False: nobody is invited, whatever a connection says. */
    readonly enabled: boolean
  }
  readonly recycleBin: {
    /** So long a deleted person can be restored; then the personal data is purged. */
    readonly daysMax: number
  }
}

type Bound = { readonly min: number; readonly max: number }

/** Numbers that an organization may set, by the group they are in. */
const bounds: ReadonlyMap<string, ReadonlyMap<string, Bound>> = new Map([
  [
    'requestLog',
    new Map([
      ['daysMax', { min: 1, max: 400 }],
      ['bytesMax', { min: 1024 * 1024, max: 64 * 1024 * 1024 * 1024 }],
    ]),
  ],
  ['recycleBin', new Map([['daysMax', { min: 1, max: 400 }]])],
])

const groupNames = [...bounds.keys(), 'invitations'].join(', ')
/** Deleted people can be restored for so long where the organization says nothing. */
const recycleBinDays = 30

/** Fills in the defaults of the instance. Stored settings were checked when they came in. */
export function toOrganizationSettings(
  stored: JsonObject,
  defaults: OrganizationSettings['requestLog'],
): OrganizationSettings {
  const log = isObject(stored['requestLog']) ? stored['requestLog'] : {}
  const bin = isObject(stored['recycleBin']) ? stored['recycleBin'] : {}
  return {
    requestLog: {
      daysMax: numberOr(log['daysMax'], defaults.daysMax),
      bytesMax: numberOr(log['bytesMax'], defaults.bytesMax),
    },
    invitations: { enabled: hasInvitations(stored) },
    recycleBin: { daysMax: numberOr(bin['daysMax'], recycleBinDays) },
  }
}

/** Whether the organization lets anybody be invited; connections may still say no for themselves. */
export function hasInvitations(stored: JsonObject): boolean {
  const invitations = stored['invitations']
  return !isObject(invitations) || invitations['enabled'] !== false
}

/** Refuses unknown members and values out of bounds with `invalidSettings`; returns what is to be stored. */
export function parseOrganizationSettings(input: JsonObject): JsonObject {
  for (const [key, value] of Object.entries(input)) {
    if (!isObject(value)) throw invalid(`settings.${key}`, `is unknown; there are ${groupNames}`)
    if (key === 'invitations') checkInvitations(value)
    else checkNumbers(key, value)
  }
  return input
}

function checkInvitations(value: JsonObject): void {
  for (const [name, flag] of Object.entries(value))
    if (name !== 'enabled' || typeof flag !== 'boolean')
      throw invalid(`settings.invitations.${name}`, 'must be enabled: true or false')
}

function checkNumbers(group: string, value: JsonObject): void {
  const known = bounds.get(group)
  if (known === undefined) throw invalid(`settings.${group}`, `is unknown; there are ${groupNames}`)
  for (const [name, number] of Object.entries(value)) {
    const bound = known.get(name)
    if (bound === undefined)
      throw invalid(`settings.${group}.${name}`, `is unknown; there are ${[...known.keys()].join(' and ')}`)
    const { min, max } = bound
    if (typeof number !== 'number' || !Number.isInteger(number) || number < min || number > max)
      throw invalid(`settings.${group}.${name}`, `must be a whole number from ${min} to ${max}`)
  }
}

function invalid(field: string, what: string): AccessError {
  return new AccessError('invalidSettings', `${field} ${what}`, { field })
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}
