import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Queryable } from '../db/pool.ts'
import type { Encryption } from '../encryption.ts'
import { cacheInstanceSecret } from './instance-secrets.ts'
import { formatTypeId, parseTypeId } from '../type-id.ts'

/** What a link names. */
export type LinkName = { readonly shortId: string; readonly id: string }

export type DerivedLinks = {
  /** The path of the page, below the public address. The same as ever: it is derived from the id, so nothing of it is stored. */
  toPath(name: LinkName): Promise<string>
  /** Undefined for what we never made, without asking the database. */
  parse(token: string): Promise<LinkName | undefined>
}

/** What links are made with. */
export type LinkParts = { readonly database: Queryable; readonly encryption: Encryption; clock(): Date }

const macBytes = 16
// An id without its prefix, such as `01h4zpwq00e008000000000000`.
const anyPrefix = 'inv'

/** Makes and reads links `/<folder>/rc_<kind>_…` with a secret of the instance, which is fetched once. */
export function createDerivedLinks(
  parts: LinkParts,
  { folder, kind, secretName }: { readonly folder: string; readonly kind: string; readonly secretName: string },
): DerivedLinks {
  // `rc_`: secret scanners and our own logs know it for a secret. Short id, id, 128 bits of the HMAC in hex.
  const shape = new RegExp(`^rc_${kind}_([0-9A-Za-z]{6})([0-9a-hjkmnp-tv-z]{26})([0-9a-f]{32})$`)
  const getSecret = cacheInstanceSecret(parts, secretName)
  const macOf = async (shortId: string, id: string): Promise<Buffer> =>
    createHmac('sha256', await getSecret())
      .update(`${shortId}/${id}`)
      .digest()
      .subarray(0, macBytes)
  return {
    toPath: async ({ shortId, id }) => {
      const suffix = formatTypeId(anyPrefix, id).slice(anyPrefix.length + 1)
      return `/${folder}/rc_${kind}_${shortId}${suffix}${(await macOf(shortId, id)).toString('hex')}`
    },
    parse: async (token) => {
      const [, shortId, suffix, mac] = shape.exec(token) ?? []
      const id = parseTypeId(anyPrefix, `${anyPrefix}_${suffix}`)
      if (shortId === undefined || mac === undefined || id === undefined) return undefined
      const isOurs = timingSafeEqual(Buffer.from(mac, 'hex'), await macOf(shortId, id))
      return isOurs ? { shortId, id } : undefined
    },
  }
}
