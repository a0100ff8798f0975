import { isIP } from 'node:net'

/** For which site passkeys are made and asked for (WebAuthn). */
export type RelyingParty = {
  /** The host of the public address: a passkey works for that host only. */
  readonly id: string
  readonly origin: string
}

/** Undefined: browsers make no passkeys for this address, because it is no name, or neither https nor `localhost`. */
export function toRelyingParty(baseUrl: string): RelyingParty | undefined {
  const { hostname, origin, protocol } = new URL(baseUrl)
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost')
  if (isIP(hostname.replaceAll(/[[\]]/g, '')) !== 0) return undefined
  return protocol === 'https:' || isLocal ? { id: hostname, origin } : undefined
}
