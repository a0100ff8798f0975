import type { Clock } from '../clock.ts'
import type { Database } from '../db/pool.ts'
import type { EntraVerifier } from './entra-tokens.ts'
import { createKeyCache } from './key-cache.ts'
import { lookUpTenant, refuse, type Finding } from './look-up.ts'
import type { Authentication } from './principal.ts'
import type { Refusals } from './refusals.ts'

/** Lets in who shows a token that Entra ID signed itself, where the organization lets its tenant in. */
export type TenantDoor = {
  authenticate(token: string, address: string, slug: string | undefined): Authentication | Promise<Authentication>
}

type DoorOptions = {
  readonly database: Database
  readonly clock: Clock
  readonly entra?: EntraVerifier
  readonly onError?: (error: unknown) => void
  readonly refusals: Refusals
  readonly settle: (finding: Finding, address: string) => Authentication
}

const retryAfterSeconds = 60

/** Three parts in base64url, the first of which begins with `{"` (RFC 7519 §3). */
export function looksLikeJwt(text: string): boolean {
  return text.startsWith('eyJ') && text.split('.').length === 3
}

export function createTenantDoor(options: DoorOptions): TenantDoor | undefined {
  const { entra, database, clock, refusals, settle } = options
  if (entra === undefined) return undefined
  // A revoked tenant is refused as soon as a revoked key is.
  const cache = createKeyCache((text) => {
    const space = text.indexOf(' ')
    return lookUpTenant(database, { tenantId: text.slice(0, space), slug: text.slice(space + 1) }, clock())
  })

  const admit = async (token: string, address: string, place: string): Promise<Authentication> => {
    const known = cache.find(place)
    const finding = known?.isFresh === true ? known.finding : await cache.lookUp(place, place)
    const { authentication } = finding
    // Microsoft is asked on behalf of nobody but those whom the organization lets in.
    if (authentication.kind === 'refused') return settle(finding, address)
    try {
      if ((await entra.verify(token)) !== undefined) return settle(finding, address)
    } catch (error) {
      options.onError?.(error)
      return { ...refuse('issuerUnavailable'), ...concerned(authentication), retryAfterSeconds }
    }
    const detail = 'The token of Entra ID is not valid: its signature, audience or time is wrong'
    return refusals.forged({ ...refuse('unknown'), ...concerned(authentication), detail }, address)
  }

  return {
    authenticate: (token, address, slug) => {
      const tenantId = entra.readTenant(token)
      if (tenantId === undefined) return refusals.junk(refuse('unknown'), address)
      if (slug === undefined) {
        const detail = 'Tokens of Entra ID are taken where the address names the organization: /o/<slug>/scim/v2'
        return refusals.junk({ ...refuse('unknown'), detail }, address)
      }
      return refusals.findBlock(address) ?? admit(token, address, `${tenantId} ${slug}`)
    },
  }
}

function concerned(authentication: Extract<Authentication, { readonly kind: 'granted' }>) {
  const { principal } = authentication
  const organizationId = principal.kind === 'organization' ? principal.organizationId : undefined
  return { organizationId, keyId: principal.keyId }
}
