import { z } from 'zod'
import { inOrganization, none, page, type Route } from './route.ts'
import { idOf, instant, pageOf } from './values.ts'

const domainName = z
  .string()
  .trim()
  .min(3)
  .max(253)
  .describe('Such as example.com; not its subdomains')
  .meta({ examples: ['example.com'] })

const domain = z
  .object({
    id: idOf('domain'),
    domain: z.string().describe('In lower case and ASCII'),
    state: z.enum(['waiting', 'verified']),
    record: z
      .object({ type: z.literal('TXT'), name: z.string(), value: z.string() })
      .describe('What must stand in DNS'),
    createdBy: z.string(),
    createdAt: instant,
    checkedAt: instant.nullable(),
    verifiedAt: instant.nullable(),
    lastError: z.string().nullable().describe('Why the last check found nothing'),
  })
  .meta({ id: 'Domain' })

const onDomain = inOrganization.extend({ domain: idOf('domain') })
const domains = '/api/v1/organizations/{organization}/domains' as const
const tag = 'Domains'

export const domainRoutes = {
  listDomains: {
    method: 'GET',
    path: domains,
    tag,
    summary: 'Domains of the organization, oldest first',
    scope: 'settings:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(domain, 'DomainPage'),
    errors: ['invalidCursor'],
  },
  createDomain: {
    method: 'POST',
    path: domains,
    tag,
    summary: 'Claim a domain; a TXT record proves it',
    scope: 'settings:manage',
    params: inOrganization,
    query: none,
    body: z.strictObject({ domain: domainName }).meta({ id: 'DomainCreate' }),
    status: 201,
    answer: domain,
    errors: ['conflict'],
  },
  getDomain: {
    method: 'GET',
    path: `${domains}/{domain}`,
    tag,
    summary: 'One domain',
    scope: 'settings:read',
    params: onDomain,
    query: none,
    body: null,
    status: 200,
    answer: domain,
    errors: [],
  },
  verifyDomain: {
    method: 'POST',
    path: `${domains}/{domain}/verify`,
    tag,
    summary: 'Ask DNS for the record; addresses of a verified domain that a connection brings are verified',
    scope: 'settings:manage',
    params: onDomain,
    query: none,
    body: null,
    status: 200,
    answer: domain,
    errors: [],
  },
  deleteDomain: {
    method: 'DELETE',
    path: `${domains}/{domain}`,
    tag,
    summary: 'Give a domain up',
    scope: 'settings:manage',
    params: onDomain,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: [],
  },
} as const satisfies Record<string, Route>
