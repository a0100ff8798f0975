import { isSecretAttribute } from '../../ldap/secret-attributes.ts'
import { printSecurityId } from '../../ldap/security-id.ts'
import { printGuid } from '../../ldap/unique-id.ts'

const guids: ReadonlySet<string> = new Set(['objectguid', 'ms-ds-consistencyguid', 'msexchmailboxguid'])
const securityIds: ReadonlySet<string> = new Set(['objectsid', 'sidhistory'])

/** Times of Active Directory, in steps of 100 ns since 1601 (MS-DTYP §2.3.3). */
const fileTimes: ReadonlySet<string> = new Set([
  'accountexpires',
  'badpasswordtime',
  'lastlogoff',
  'lastlogon',
  'lastlogontimestamp',
  'lockouttime',
  'pwdlastset',
  'msds-userpasswordexpirytimecomputed',
])
const stepsPerMs = 10_000n
const epochOffsetMs = 11_644_473_600_000n
const never = 9_223_372_036_854_775_807n

/** Read only where they are named: they are large, or differ with every look and would make everybody changed. */
const onlyNamed: ReadonlySet<string> = new Set([
  'jpegphoto',
  'thumbnailphoto',
  'thumbnaillogo',
  'photo',
  'audio',
  'usercertificate',
  'usersmimecertificate',
  'badpasswordtime',
  'badpwdcount',
  'lastlogoff',
  'lastlogon',
  'lastlogontimestamp',
  'logoncount',
  'dscorepropagationdata',
  'usnchanged',
  'usncreated',
  'whenchanged',
  'modifytimestamp',
  'ntsecuritydescriptor',
  'replpropertymetadata',
])

/** `folded` is the name in small letters. What is a secret is never read, whatever was asked for. */
export function isShown(folded: string, named: ReadonlyMap<string, string>): boolean {
  return !isSecretAttribute(folded) && (named.has(folded) || !onlyNamed.has(folded))
}

/** One value as records have it; undefined: it says that there is none. */
export function toColumnValue(folded: string, value: string | Buffer): string | undefined {
  if (typeof value !== 'string') return toBinary(folded, value)
  if (fileTimes.has(folded)) return toFileTime(value)
  return toGeneralizedTime(value) ?? value
}

function toBinary(folded: string, bytes: Buffer): string {
  if (guids.has(folded) && bytes.length === 16) return printGuid(bytes)
  const securityId = securityIds.has(folded) ? printSecurityId(bytes) : undefined
  return securityId ?? bytes.toString('base64')
}

/** Zero and the highest number both mean never. */
function toFileTime(text: string): string | undefined {
  if (!/^\d{1,19}$/.test(text)) return text
  const steps = BigInt(text)
  if (steps === 0n || steps === never) return undefined
  const instant = new Date(Number(steps / stepsPerMs - epochOffsetMs))
  return Number.isNaN(instant.getTime()) ? text : instant.toISOString()
}

const generalizedTime = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:[.,](\d{1,6}))?Z$/

/** RFC 4517 §3.3.13, with seconds and in UTC, as servers write it: `20261126093000Z`. */
function toGeneralizedTime(text: string): string | undefined {
  const [, year, month, day, hour, minute, second, fraction = '0'] = generalizedTime.exec(text) ?? []
  if (year === undefined) return undefined
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3)
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`)
  return Number.isNaN(instant.getTime()) ? undefined : instant.toISOString()
}

export function printGeneralizedTime(instant: Date): string {
  return `${instant.toISOString().replace(/[-:T]|\.\d+Z$/g, '')}Z`
}
