import { createHmac, timingSafeEqual } from 'node:crypto'

/** saml-bindings-2.0-os §3.4.3 allows 80 bytes. */
const relayBytesMax = 80
const macBytes = 16

type Place = { readonly organizationId: string; readonly providerId: string }

/** A path of ours, signed: whatever else comes back in RelayState leads nowhere. Undefined when the path is too long. */
export function sealRelayState(secret: Uint8Array, place: Place, path: string): string | undefined {
  const text = `${sign(secret, place, path).toString('base64url')}.${path}`
  return Buffer.byteLength(text) <= relayBytesMax ? text : undefined
}

/** The path; undefined when we have not written it. */
export function openRelayState(secret: Uint8Array, place: Place, text: string): string | undefined {
  const dot = text.indexOf('.')
  if (dot < 0 || text.length > relayBytesMax) return undefined
  const mac = Buffer.from(text.slice(0, dot), 'base64url')
  const path = text.slice(dot + 1)
  const wanted = sign(secret, place, path)
  return mac.length === wanted.length && timingSafeEqual(mac, wanted) ? path : undefined
}

function sign(secret: Uint8Array, { organizationId, providerId }: Place, path: string): Buffer {
  const text = JSON.stringify([organizationId, providerId, path])
  return createHmac('sha256', secret).update(text).digest().subarray(0, macBytes)
}
