import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { toBase32 } from './base32.ts'

/** RFC 6238, with what every authenticator app assumes: SHA-1, six digits, 30 seconds. */
export const totpStepSeconds = 30
export const totpDigits = 6
/** Steps before and after ours that are taken too: clocks of telephones are off by half a minute. */
const windowSteps = 1
const secretBytes = 20

export type TotpShape = { readonly digits: number; readonly hash: 'sha1' | 'sha256' | 'sha512' }

const usualShape: TotpShape = { digits: totpDigits, hash: 'sha1' }

/** RFC 4226 §4: 160 bits. */
export function createTotpSecret(): Uint8Array {
  return randomBytes(secretBytes)
}

/** The time step of a moment. */
export function totpStepAt(now: Date): number {
  return Math.floor(now.getTime() / 1000 / totpStepSeconds)
}

/** The code of one time step (RFC 4226 §5.3). */
export function totpCodeOf(secret: Uint8Array, step: number, { digits, hash }: TotpShape = usualShape): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac(hash, secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/**
 * The time step that a code belongs to; undefined: to none that may still be used. A code of the step that was used last,
 * or of an earlier one, is not taken again (RFC 6238 §5.2).
 */
export function findTotpStep(
  secret: Uint8Array,
  code: string,
  at: { readonly now: Date; readonly lastStep: number },
): number | undefined {
  const given = Buffer.from(code.replaceAll(/[\s-]/g, ''))
  const current = totpStepAt(at.now)
  let found: number | undefined
  for (let step = current - windowSteps; step <= current + windowSteps; step++) {
    const wanted = Buffer.from(totpCodeOf(secret, step))
    const isEqual = given.length === wanted.length && timingSafeEqual(given, wanted)
    if (isEqual && step > at.lastStep) found ??= step
  }
  return found
}

/** What the QR code says (Key Uri Format): the app shows organization and person beside the code. */
export function toOtpauthUri(
  secret: Uint8Array,
  names: { readonly organization: string; readonly person: string },
): string {
  const issuer = encodeURIComponent(names.organization.replaceAll(':', ' '))
  const account = encodeURIComponent(names.person.replaceAll(':', ' '))
  const settings = `algorithm=SHA1&digits=${totpDigits}&period=${totpStepSeconds}`
  return `otpauth://totp/${issuer}:${account}?secret=${toBase32(secret)}&issuer=${issuer}&${settings}`
}
