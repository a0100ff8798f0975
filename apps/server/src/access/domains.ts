import { randomBytes } from 'node:crypto'
import { domainToASCII } from 'node:url'
import type { JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  deleteDomainRow,
  insertDomain,
  selectDomain,
  selectDomains,
  updateDomainChecked,
  type DomainRow,
} from '../db/queries/domains.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { TxtLookup } from '../txt-lookup.ts'
import { createId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'

export type Domain = DomainRow

const tokenBytes = 18
const labelShape = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/
const domainCharactersMax = 253

/** Where the proof stands in DNS, and how it looks. */
export function recordOf({ domain, token }: Pick<Domain, 'domain' | 'token'>) {
  return { name: `_rollcall.${domain}`, value: `rollcall-verification=${token}` }
}

/** Claims a domain for an organization. Throws `invalidDomain`, `domainTaken`. */
export async function createDomain(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly domain: string },
): Promise<Domain> {
  const { organizationId } = request
  const domain = parseDomain(request.domain)
  return transaction(database, async (tx) => {
    const token = randomBytes(tokenBytes).toString('base64url')
    const row = { id: createId(), domain, token, created_by: call.actor, created_at: call.now }
    if (!(await insertDomain(tx, organizationId, row)))
      throw new AccessError('domainTaken', `The organization has the domain ${domain} already`, { field: 'domain' })
    await record(tx, call, { organizationId, id: row.id, action: 'organization.domain_claimed', data: { domain } })
    return getDomain(tx, organizationId, row.id)
  })
}

/** Lower case and ASCII (RFC 5891), at least two labels. */
function parseDomain(text: string): string {
  const domain = domainToASCII(text.trim().replace(/\.$/, '')).toLowerCase()
  const labels = domain.split('.')
  const isDomain =
    domain.length <= domainCharactersMax && labels.length >= 2 && labels.every((label) => labelShape.test(label))
  // All digits at the end is an address, not a name.
  if (isDomain && !/^\d+$/.test(labels.at(-1) ?? '')) return domain
  throw new AccessError('invalidDomain', `"${text.slice(0, 100)}" is no domain such as example.com`, {
    field: 'domain',
  })
}

/** Throws `domainNotFound`. */
export async function getDomain(database: Queryable, organizationId: string, id: string): Promise<Domain> {
  const domain = await selectDomain(database, organizationId, id)
  if (domain === undefined) throw new AccessError('domainNotFound', 'There is no such domain')
  return domain
}

/** Oldest first; `next` is the last id of the page. */
export async function listDomains(database: Queryable, organizationId: string, page: PageOf): Promise<Page<Domain>> {
  const rows = await selectDomains(database, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

/** Asks DNS, outside of any transaction, and writes down what it said. Throws `domainNotFound`. */
export async function verifyDomain(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly id: string; readonly lookUp: TxtLookup },
): Promise<Domain> {
  const { organizationId, id } = request
  const before = await getDomain(database, organizationId, id)
  const error = await findFlaw(before, request.lookUp)
  return transaction(database, async (tx) => {
    const after = await updateDomainChecked(tx, organizationId, { id, at: call.now, error })
    if (after === undefined) throw new AccessError('domainNotFound', 'There is no such domain')
    if (before.verified_at === null && after.verified_at !== null) {
      const data = { domain: after.domain }
      await record(tx, call, { organizationId, id, action: 'organization.domain_verified', data })
    }
    return after
  })
}

async function findFlaw(domain: Domain, lookUp: TxtLookup): Promise<string | null> {
  const { name, value } = recordOf(domain)
  try {
    const records = await lookUp(name)
    if (records.includes(value)) return null
    return `${name} has ${records.length} TXT records, none of them ${value}`
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'an error'
    return `DNS answered ${code} for ${name}`
  }
}

/** Throws `domainNotFound`. */
export async function deleteDomain(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly id: string },
): Promise<void> {
  const { organizationId, id } = request
  await transaction(database, async (tx) => {
    const gone = await deleteDomainRow(tx, organizationId, id)
    if (gone === undefined) throw new AccessError('domainNotFound', 'There is no such domain')
    await record(tx, call, { organizationId, id, action: 'organization.domain_deleted', data: { domain: gone.domain } })
  })
}

async function record(
  tx: Queryable,
  call: Call,
  change: {
    readonly organizationId: string
    readonly id: string
    readonly action: `organization.${string}`
    readonly data: JsonObject
  },
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: change.organizationId,
    at: call.now,
    action: change.action,
    subjectId: change.id,
    subjectVersion: 1,
    actor: call.actor,
    requestId: call.requestId,
    data: change.data,
  })
}
