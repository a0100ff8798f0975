import { createPublicKey, type KeyObject } from 'node:crypto'
import type { JsonObject } from '@rollcall/scim'
import { AccessError } from './access-error.ts'

export const clientKeysMax = 10
const rsaBitsMin = 2_048
const rsaBitsMax = 8_192
const curves: ReadonlySet<string> = new Set(['P-256', 'P-384', 'P-521', 'Ed25519'])
const textMax = 2_000

/**
 * The public keys of a client that signs, as they are stored: what verifies a signature and no more.
 * Throws `invalidJwks`.
 */
export function parseClientKeys(input: { readonly keys: readonly unknown[] }): JsonObject {
  if (input.keys.length === 0 || input.keys.length > clientKeysMax) throw invalid(`takes 1 to ${clientKeysMax} keys`)
  const keys = input.keys.map(parseKey)
  const names = keys.map((key) => key['kid'])
  if (keys.length > 1 && (names.includes(undefined) || new Set(names).size < names.length))
    throw invalid('needs a kid of its own for each of several keys')
  return { keys }
}

function parseKey(input: unknown): JsonObject {
  const members = new Map(typeof input === 'object' && input !== null ? Object.entries(input) : [])
  const textOf = (name: string): string | undefined => {
    const value: unknown = members.get(name)
    return typeof value === 'string' && value.length <= textMax ? value : undefined
  }
  // RFC 7518 §6: `d` makes an EC, OKP or RSA key private, `k` is a shared secret.
  if (members.has('d') || members.has('k'))
    throw invalid('must hold public keys only: keep the private part to yourself')
  const kid = textOf('kid')
  return { ...publicPart(textOf), ...(kid === undefined ? {} : { kid }) }
}

function publicPart(textOf: (name: string) => string | undefined): JsonObject {
  const [kty = '', n = '', e = '', crv = '', x = '', y = ''] = ['kty', 'n', 'e', 'crv', 'x', 'y'].map(textOf)
  switch (kty) {
    case 'RSA': {
      const bits = importKey({ kty, n, e }).asymmetricKeyDetails?.modulusLength ?? 0
      if (bits < rsaBitsMin || bits > rsaBitsMax) throw invalid(`needs RSA keys of ${rsaBitsMin} to ${rsaBitsMax} bits`)
      return { kty, n, e }
    }
    case 'EC':
    case 'OKP': {
      if (!curves.has(crv)) throw invalid(`knows the curves ${[...curves].join(', ')}`)
      const jwk = kty === 'EC' ? { kty, crv, x, y } : { kty, crv, x }
      importKey(jwk)
      return jwk
    }
    default:
      throw invalid('knows the key types RSA, EC and OKP')
  }
}

function importKey(jwk: Readonly<Record<string, string>>): KeyObject {
  try {
    return createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch (cause) {
    throw invalid(`holds a key that cannot be read: ${cause instanceof Error ? cause.message.slice(0, 100) : ''}`)
  }
}

function invalid(what: string): AccessError {
  return new AccessError('invalidJwks', `jwks ${what}`, { field: 'jwks' })
}
