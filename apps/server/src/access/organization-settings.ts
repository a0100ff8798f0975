import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { languages } from '../language.ts'
import { AccessError } from './access-error.ts'
import { auditRetentions, isAuditRetention } from './audit-settings.ts'
import { invitationHours } from './invitation-settings.ts'
import { keyDaysMaxBounds } from './key-policy.ts'
import { parseMailAddress } from './mail-address.ts'
import { recycleBinDays } from './recycle-bin-settings.ts'
import { isTimeZone } from './time-zone.ts'
import { sessionMinutes, signInMethods, toSignInSettings } from './sign-in-settings.ts'

/** What an organization may choose for itself; everything has a default. */
export type OrganizationSettings = {
  readonly requestLog: {
    /** Older entries go. */
    readonly daysMax: number
    /** When the entries of the organization are larger, the oldest go. */
    readonly bytesMax: number
  }
}

const bounds = {
  daysMax: { min: 1, max: 400 },
  bytesMax: { min: 1024 * 1024, max: 64 * 1024 * 1024 * 1024 },
} as const

/** Fills in the defaults of the instance. Stored settings were checked when they came in. */
export function toOrganizationSettings(
  stored: JsonObject,
  defaults: OrganizationSettings['requestLog'],
): OrganizationSettings {
  const log = isJsonObject(stored['requestLog']) ? stored['requestLog'] : {}
  return {
    requestLog: {
      daysMax: numberOr(log['daysMax'], defaults.daysMax),
      bytesMax: numberOr(log['bytesMax'], defaults.bytesMax),
    },
  }
}

/** Refuses unknown members and values out of bounds with `invalidSettings`; returns what is to be stored. */
export function parseOrganizationSettings(input: JsonObject): JsonObject {
  for (const [key, value] of Object.entries(input)) {
    const check = checks.get(key)
    if (check === undefined) throw invalid(`settings.${key}`, `is unknown; there are ${[...checks.keys()].join(', ')}`)
    check(value)
  }
  return input
}

const checks: ReadonlyMap<string, (value: unknown) => void> = new Map([
  ['requestLog', (value: unknown) => checkMembers('requestLog', value, checkBound)],
  ['invitations', (value: unknown) => checkMembers('invitations', value, checkInvitation)],
  ['recycleBin', (value: unknown) => checkMembers('recycleBin', value, checkRecycleBin)],
  ['locale', checkLocale],
  ['timeZone', checkTimeZone],
  ['audit', checkAudit],
  ['keys', (value: unknown) => checkMembers('keys', value, checkKeys)],
  ['alertEmail', checkAlertEmail],
  ['signIn', checkSignIn],
])

function checkMembers(key: string, value: unknown, check: (name: string, member: unknown) => void): void {
  if (!isJsonObject(value)) throw invalid(`settings.${key}`, 'must be an object')
  for (const [name, member] of Object.entries(value)) check(name, member)
}

function checkInvitation(name: string, value: unknown): void {
  const field = `settings.invitations.${name}`
  if (name === 'enabled') {
    if (typeof value !== 'boolean') throw invalid(field, 'must be true or false')
    return
  }
  if (name !== 'validHours') throw invalid(field, 'is unknown; there are enabled and validHours')
  checkWhole(field, value, invitationHours)
}

function checkRecycleBin(name: string, value: unknown): void {
  const field = `settings.recycleBin.${name}`
  if (name !== 'daysMax') throw invalid(field, 'is unknown; there is daysMax')
  checkWhole(field, value, recycleBinDays)
}

function checkAudit(value: unknown): void {
  if (!isJsonObject(value)) throw invalid('settings.audit', 'must be an object')
  const { retention = 'rollcall', daysMax, ...others } = value
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) throw invalid(`settings.audit.${unknown}`, 'is unknown; there are retention and daysMax')
  if (!isAuditRetention(retention))
    throw invalid('settings.audit.retention', `must be one of ${Object.keys(auditRetentions).join(', ')}`)
  if (daysMax !== undefined) checkWhole('settings.audit.daysMax', daysMax, auditRetentions[retention])
}

function checkKeys(name: string, value: unknown): void {
  const field = `settings.keys.${name}`
  if (name === 'daysMax') return checkWhole(field, value, keyDaysMaxBounds)
  if (name !== 'onLeak') throw invalid(field, 'is unknown; there are daysMax and onLeak')
  if (value !== 'revoke' && value !== 'alert') throw invalid(field, 'must be "revoke" or "alert"')
}

function checkSignIn(value: unknown): void {
  checkMembers('signIn', value, checkSignInMember)
  // Whoever is left with no way in could not even switch one on.
  const { methods } = toSignInSettings(isJsonObject(value) ? { signIn: value } : {})
  if (Object.values(methods).every((isOn) => !isOn))
    throw invalid('settings.signIn.methods', `must leave one on: ${signInMethods.join(', ')}`)
}

function checkSignInMember(name: string, value: unknown): void {
  const field = `settings.signIn.${name}`
  if (name === 'idleMinutes') return checkWhole(field, value, sessionMinutes.idle)
  if (name === 'absoluteMinutes') return checkWhole(field, value, sessionMinutes.absolute)
  if (name === 'methods') return checkMembers('signIn.methods', value, checkMethod)
  if (name !== 'isLockedDown')
    throw invalid(field, 'is unknown; there are methods, isLockedDown, idleMinutes and absoluteMinutes')
  if (typeof value !== 'boolean') throw invalid(field, 'must be true or false')
}

function checkMethod(name: string, value: unknown): void {
  const field = `settings.signIn.methods.${name}`
  if (!signInMethods.some((method) => method === name))
    throw invalid(field, `is unknown; there are ${signInMethods.join(', ')}`)
  if (typeof value !== 'boolean') throw invalid(field, 'must be true or false')
}

function checkAlertEmail(value: unknown): void {
  if (typeof value !== 'string') throw invalid('settings.alertEmail', 'must be a mail address')
  parseMailAddress(value, 'settings.alertEmail')
}

function checkTimeZone(value: unknown): void {
  if (typeof value !== 'string' || !isTimeZone(value))
    throw invalid('settings.timeZone', 'must be a time zone such as Europe/Paris')
}

function checkLocale(value: unknown): void {
  if (languages.some((language) => language === value)) return
  throw invalid('settings.locale', `must be one of ${languages.join(', ')}`)
}

function checkBound(name: string, value: unknown): void {
  if (name !== 'daysMax' && name !== 'bytesMax')
    throw invalid(`settings.requestLog.${name}`, 'is unknown; there are daysMax and bytesMax')
  checkWhole(`settings.requestLog.${name}`, value, bounds[name])
}

function checkWhole(field: string, value: unknown, { min, max }: { readonly min: number; readonly max: number }): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw invalid(field, `must be a whole number from ${min} to ${max}`)
}

function invalid(field: string, what: string): AccessError {
  return new AccessError('invalidSettings', `${field} ${what}`, { field })
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback
}
