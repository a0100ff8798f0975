import { createHmac, timingSafeEqual } from 'node:crypto'
import { getInstanceSecret } from '../access/instance-secrets.ts'
import type { Queryable } from '../db/pool.ts'
import type { Encryption } from '../encryption.ts'
import { formatTypeId, parseTypeId } from '../type-id.ts'

/** What a link names. */
export type InvitationName = { readonly shortId: string; readonly id: string }

export type InvitationLinks = {
  /** The path of the page, below the public address. The same link as ever: nothing about it is stored. */
  toPath(invitation: InvitationName): Promise<string>
  /** Undefined for what we never made, without asking the database. */
  parse(token: string): Promise<InvitationName | undefined>
}

const secretName = 'invitation.link'
// `rc_inv_`: secret scanners and our own logs know it for a secret. Short id, id, 128 bits of the HMAC in hex.
const shape = /^rc_inv_([0-9A-Za-z]{6})([0-9a-hjkmnp-tv-z]{26})([0-9a-f]{32})$/
const macBytes = 16

/** Makes and reads links with the secret of the instance, which is fetched once. */
export function createInvitationLinks(parts: {
  readonly database: Queryable
  readonly encryption: Encryption
  clock(): Date
}): InvitationLinks {
  let secret: Promise<Uint8Array> | undefined
  const getSecret = (): Promise<Uint8Array> => {
    const request = { name: secretName, now: parts.clock() }
    secret ??= getInstanceSecret(parts.database, parts.encryption, request).catch((error: unknown) => {
      secret = undefined
      throw error
    })
    return secret
  }
  const macOf = async (shortId: string, id: string): Promise<Buffer> =>
    createHmac('sha256', await getSecret())
      .update(`${shortId}/${id}`)
      .digest()
      .subarray(0, macBytes)
  return {
    toPath: async ({ shortId, id }) => {
      const suffix = formatTypeId('inv', id).slice('inv_'.length)
      return `/invitations/rc_inv_${shortId}${suffix}${(await macOf(shortId, id)).toString('hex')}`
    },
    parse: async (token) => {
      const [, shortId, suffix, mac] = shape.exec(token) ?? []
      const id = parseTypeId('inv', `inv_${suffix}`)
      if (shortId === undefined || mac === undefined || id === undefined) return undefined
      const isOurs = timingSafeEqual(Buffer.from(mac, 'hex'), await macOf(shortId, id))
      return isOurs ? { shortId, id } : undefined
    },
  }
}
