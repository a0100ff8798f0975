import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { createAddressGuard, createRangeCheck } from './outbound-address.ts'

export type LookUpAddress = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>

export type GuardOptions = {
  readonly allow: readonly string[]
  /** By default the resolver of the machine. */
  readonly lookUp?: LookUpAddress | undefined
}

/** What may not be reached; shown to administrators. */
export class OutboundRefusal extends Error {}

export type Guard = {
  /** Throws `OutboundRefusal`; the addresses of a host, all of which may be reached. */
  resolve(host: string, isPlain: boolean): Promise<readonly { readonly address: string; readonly family: number }[]>
}

/** Made once: `allow` are CIDR ranges besides public addresses. */
export function createGuard({ allow, lookUp = lookUpAll }: GuardOptions): Guard {
  const mayReach = createAddressGuard(allow)
  const isAllowed = createRangeCheck(allow)
  return {
    resolve: async (host, isPlain) => {
      const addresses = isIP(host) === 0 ? await lookUp(host) : [{ address: host, family: isIP(host) }]
      for (const { address } of addresses) {
        if (!mayReach(address))
          throw new OutboundRefusal(
            `${host} is no public address; ROLLCALL_OUTBOUND_ALLOW names the others that are allowed`,
          )
        if (isPlain && !isAllowed(address))
          throw new OutboundRefusal(`${host} may be reached with TLS only: ROLLCALL_OUTBOUND_ALLOW does not name it`)
      }
      return addresses
    },
  }
}

function lookUpAll(host: string): ReturnType<LookUpAddress> {
  return lookup(host, { all: true })
}

/** Throws `OutboundRefusal` for what is no web address or carries a password. */
export function toOutboundUrl(text: string): URL {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new OutboundRefusal(`"${text.slice(0, 100)}" is no https address`)
  if (url.username !== '' || url.password !== '')
    throw new OutboundRefusal('An address must not carry a user or a password')
  return url
}

export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

/** The look-up of the connection itself: what it answers is what is connected to. */
export function toLookup(guard: Guard, isPlain: boolean): LookupFunction {
  return (host, { all }, done) => {
    void (async () => {
      const found = await resolveOne(guard, host, isPlain)
      if (found instanceof Error) done(found, '', 4)
      else if (all === true) done(null, [...found.all])
      else done(null, found.first.address, found.first.family)
    })()
  }
}

async function resolveOne(guard: Guard, host: string, isPlain: boolean) {
  try {
    const all = await guard.resolve(host, isPlain)
    const [first] = all
    return first === undefined ? new OutboundRefusal(`${host} has no address`) : { all, first }
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}
