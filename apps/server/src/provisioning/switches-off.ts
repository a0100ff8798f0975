import type { DesiredAttributes } from './desired.ts'

type Value = DesiredAttributes[string] | undefined
/** Whether a value says that an account is off. */
type SaysOff = (value: Value) => boolean

const isTrue: SaysOff = (value) => textOf(value) === 'true'
/** MS-ADTS §2.2.16: ADS_UF_ACCOUNTDISABLE. */
const disabledBit = 0x2

/** Attributes by which apps and directories switch an account off, in small letters. */
const switches = new Map<string, SaysOff>([
  ['active', (value) => textOf(value) === 'false'],
  // How rules for LDAP say it, whatever the directory has for it.
  ['accountdisabled', isTrue],
  ['useraccountcontrol', (value) => (Number(textOf(value)) & disabledBit) !== 0],
  // Overlay ppolicy of OpenLDAP, 389 Directory Server and FreeIPA, eDirectory.
  ['pwdaccountlockedtime', (value) => textOf(value) !== ''],
  ['nsaccountlock', isTrue],
  ['logindisabled', isTrue],
])

/** Whether a value of an attribute says that the account is off; undefined: the attribute says nothing about it. */
export function isOff(path: string, value: Value): boolean | undefined {
  return switches.get((path.split(':').at(-1) ?? '').toLowerCase())?.(value)
}

/** Whoever writes this takes the account away, by whatever name the app has for it. */
export function switchesOff(path: string, before: Value, after: Value): boolean {
  const saysOff = switches.get((path.split(':').at(-1) ?? '').toLowerCase())
  return saysOff !== undefined && saysOff(after) && !saysOff(before)
}

/** Apps differ in how they write it. */
function textOf(value: Value): string {
  // Array.isArray makes any[] of a readonly array.
  const only: unknown = Array.isArray(value) ? value[0] : value
  return typeof only === 'string' || typeof only === 'number' || typeof only === 'boolean'
    ? String(only).toLowerCase()
    : ''
}
