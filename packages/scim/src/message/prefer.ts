/** What a client would like (RFC 7240), as far as SCIM has a use for it. */
export type Preferences = {
  readonly respondAsync: boolean
  /** How long the client is ready to wait; undefined: it does not say. */
  readonly waitSeconds: number | undefined
}

/**
 * Reads a Prefer header. What is not understood is ignored, as RFC 7240 §2 wants it; of a preference that is named twice the
 * first counts.
 *
 * @example
 * ```ts
 * import { parsePrefer } from '@rollcall/scim'
 *
 * console.log(parsePrefer('respond-async, wait=10')) // { respondAsync: true, waitSeconds: 10 }
 * ```
 */
export function parsePrefer(text: string): Preferences {
  let respondAsync = false
  let waitSeconds: number | undefined
  for (const part of text.split(',')) {
    const [preference = ''] = part.split(';')
    const [name = '', value = ''] = preference.split('=', 2)
    const word = name.trim().toLowerCase()
    if (word === 'respond-async') respondAsync = true
    if (word === 'wait') waitSeconds ??= toSeconds(value)
  }
  return { respondAsync, waitSeconds }
}

const digits = /^"?(\d{1,9})"?$/

function toSeconds(text: string): number | undefined {
  const found = digits.exec(text.trim())?.[1]
  return found === undefined ? undefined : Number(found)
}
