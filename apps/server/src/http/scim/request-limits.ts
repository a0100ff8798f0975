import { scimError, type ScimError } from '@rollcall/scim'
import type { OrganizationPrincipal } from '../../access/principal.ts'
import type { Config } from '../../config.ts'
import { createRequestCounter, describeStanding } from '../request-counter.ts'
import type { RequestContext } from '../request-context.ts'

/** How many SCIM requests one key, and all keys of one organization, may send to this process within a minute. */
export type RequestLimits = {
  /** Counts one request and tells the client where it stands; an error when it is too much. */
  count(principal: OrganizationPrincipal, web: RequestContext): ScimError | undefined
}

const windowSeconds = 60

export function createRequestLimits(config: Config): RequestLimits {
  const byKey = createRequestCounter({ name: 'key', max: config.scimRequestsPerMinute, windowSeconds })
  const byOrganization = createRequestCounter({
    name: 'organization',
    max: config.scimOrganizationRequestsPerMinute,
    windowSeconds,
  })
  const policy = `${byKey.policy}, ${byOrganization.policy}`
  return {
    count: (principal, web) => {
      const nowMs = web.arrivedAt.getTime()
      const key = byKey.count(principal.actor, nowMs)
      const organization = byOrganization.count(principal.organizationId, nowMs)
      web.answerHeaders.push(['ratelimit-policy', policy])
      web.answerHeaders.push([
        'ratelimit',
        `${describeStanding('key', key)}, ${describeStanding('organization', organization)}`,
      ])
      if (key.left < 0) return tooMany('This key', config.scimRequestsPerMinute, key.resetSeconds)
      if (organization.left >= 0) return undefined
      return tooMany('The organization', config.scimOrganizationRequestsPerMinute, organization.resetSeconds)
    },
  }
}

function tooMany(who: string, max: number, seconds: number): ScimError {
  const detail = `${who} has sent more than ${max} requests within ${windowSeconds} seconds`
  return scimError('tooManyRequests', detail, { headers: { 'retry-after': String(seconds) } })
}
