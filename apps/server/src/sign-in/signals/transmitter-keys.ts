import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../../clock.ts'
import { createBoundedMap } from '../../access/bounded-map.ts'
import { createSigningKeys, type SigningKeys } from '../../access/signing-keys.ts'
import type { OutboundFetch } from '../../outbound-fetch.ts'
import { RefusedSignal } from './signal-error.ts'
import type { Transmitter } from './transmitters.ts'

export type TransmitterKeys = {
  /** The keys of a transmitter for jose; throws `invalid_key` when they cannot be had. */
  of(transmitter: Transmitter, keyId: string | undefined): Promise<JWTVerifyGetKey>
}

const publishersMax = 1_000

/** Published keys are remembered for a day and asked for anew when a token names one that nobody knows. */
export function createTransmitterKeys(parts: {
  readonly outboundFetch: OutboundFetch
  readonly clock: Clock
}): TransmitterKeys {
  const publishers = createBoundedMap<string, SigningKeys>(publishersMax)
  const publisherOf = (url: string): SigningKeys => {
    const known = publishers.get(url)
    if (known !== undefined) return known
    const made = createSigningKeys({ url, clock: parts.clock, fetchJson: (asked) => fetchKeys(parts, asked) })
    publishers.set(url, made)
    return made
  }
  return {
    of: async ({ jwks, jwksUrl }, keyId) => {
      const published = jwksUrl === null ? jwks : await publisherOf(jwksUrl).get(keyId).catch(toRefusal)
      // The shape of each key is checked by jose when it is used.
      return createLocalJWKSet(published as { keys: { kty: string }[] })
    },
  }
}

function toRefusal(error: unknown): never {
  const reason = error instanceof Error ? error.message : ''
  throw new RefusedSignal('invalid_key', `The keys of the transmitter cannot be had: ${reason.slice(0, 200)}`)
}

async function fetchKeys({ outboundFetch }: { readonly outboundFetch: OutboundFetch }, url: string): Promise<unknown> {
  const { status, text } = await outboundFetch({ url, headers: { accept: 'application/json' } })
  if (status !== 200) throw new Error(`${url} answered ${status}`)
  const value: unknown = JSON.parse(text)
  return value
}
