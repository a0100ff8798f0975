import { foldCase, type JsonObject } from '@rollcall/scim'
import { domainToASCII } from 'node:url'
import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { parseName } from '../access/name.ts'
import { getOrganization } from '../access/organizations.ts'
import { toSignInSettings } from '../access/sign-in-settings.ts'
import { hasWayIn } from '../access/way-in.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import { selectVerifiedDomains } from '../db/queries/domains.ts'
import {
  deleteIdentityProviderRow,
  insertIdentityProvider,
  lockIdentityProviders,
  selectIdentityProvider,
  selectIdentityProviders,
  updateIdentityProviderRow,
  type IdentityProviderRow,
  type SealedIdentityProvider,
} from '../db/queries/identity-providers.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { endSessions } from './sessions.ts'
import { staleVersion } from '../access/stale-version.ts'

export type IdentityProvider = IdentityProviderRow

/** Datadog's limit (AC-D32). */
export const samlProvidersMax = 3
const oidcProvidersMax = 10
const providersMax = { saml: samlProvidersMax, oidc: oidcProvidersMax } as const
const titles = { saml: 'SAML', oidc: 'OpenID Connect' } as const

/** Oldest first; `next` is the last id of the page. */
export async function listIdentityProviders(
  db: Queryable,
  organizationId: string,
  page: PageOf,
): Promise<Page<SealedIdentityProvider>> {
  const rows = await selectIdentityProviders(db, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

export function findIdentityProvider(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<SealedIdentityProvider | undefined> {
  return selectIdentityProvider(db, organizationId, id)
}

/** Throws `identityProviderNotFound`. */
export async function getIdentityProvider(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<SealedIdentityProvider> {
  const row = await selectIdentityProvider(db, organizationId, id)
  if (row === undefined) throw new AccessError('identityProviderNotFound', 'There is no such identity provider')
  return row
}

/** Writes a new one and its change. Throws `tooManyIdentityProviders`, `nameTaken`, `invalidName`. */
export async function addIdentityProvider(
  tx: Transaction,
  call: Call,
  row: Omit<Parameters<typeof insertIdentityProvider>[1], 'createdBy' | 'createdAt' | 'domains'> & {
    readonly domains: readonly string[] | undefined
  },
): Promise<SealedIdentityProvider> {
  const { organizationId, id, type } = row
  const { count } = await lockIdentityProviders(tx, organizationId, type)
  if (count >= providersMax[type])
    throw new AccessError(
      'tooManyIdentityProviders',
      `An organization has at most ${providersMax[type]} identity providers of ${titles[type]}: delete one first`,
      { field: 'type' },
    )
  const domains = await checkDomains(tx, organizationId, row.domains ?? [])
  const named = { ...row, domains, name: parseName(row.name), createdBy: call.actor, createdAt: call.now }
  await refuseTaken(() => insertIdentityProvider(tx, named))
  const made = await getIdentityProvider(tx, organizationId, id)
  await recordProvider(tx, call, made, 'identity_provider.created')
  return made
}

/** What a change of an identity provider makes of it; what is not named stays. */
export type ProviderChange = Partial<
  Pick<
    SealedIdentityProvider,
    | 'name'
    | 'state'
    | 'preset'
    | 'settings'
    | 'description'
    | 'mappings'
    | 'domains'
    | 'secrets'
    | 'refreshedAt'
    | 'refreshError'
    | 'refreshDue'
  >
>

/**
 * Reads the identity provider, lets `work` say what becomes of it, and writes that with its change; what changes nothing
 * writes nothing. Throws `identityProviderNotFound`, `versionMismatch`, `nameTaken`, `lastWayIn` and what `work` throws.
 */
export async function changeIdentityProvider(
  database: Database,
  call: Call,
  request: {
    readonly organizationId: string
    readonly id: string
    readonly ifVersion?: number | undefined
    readonly action?: `identity_provider.${string}`
    work(before: SealedIdentityProvider, tx: Transaction): ProviderChange | Promise<ProviderChange>
  },
): Promise<SealedIdentityProvider> {
  const { organizationId, id, ifVersion, action = 'identity_provider.updated' } = request
  return transaction(database, async (tx) => {
    const before = await getIdentityProvider(tx, organizationId, id)
    if (ifVersion !== undefined && ifVersion !== before.version)
      throw staleVersion('The identity provider', before.version)
    const change = await request.work(before, tx)
    const name = change.name === undefined ? before.name : parseName(change.name)
    const domains =
      change.domains === undefined ? before.domains : await checkDomains(tx, organizationId, change.domains)
    const after = { ...before, ...change, name, domains }
    if (JSON.stringify(after) === JSON.stringify(before)) return before
    const row = await refuseTaken(() => updateIdentityProviderRow(tx, { ...after, updatedAt: call.now }))
    if (row === undefined) throw staleVersion('The identity provider', undefined)
    if (before.state === 'enabled' && row.state !== 'enabled') await requireAnother(tx, organizationId)
    await recordProvider(tx, call, row, actionOf(action, before, row))
    return row
  })
}

function actionOf(
  action: `identity_provider.${string}`,
  before: IdentityProvider,
  after: IdentityProvider,
): `identity_provider.${string}` {
  return before.state === after.state ? action : `identity_provider.${after.state}`
}

/** Its keys, links and sessions go; people stay. Throws `identityProviderNotFound`, `versionMismatch`, `lastWayIn`. */
export async function deleteIdentityProvider(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly id: string; readonly ifVersion: number | undefined },
): Promise<void> {
  await transaction(database, async (tx) => {
    const before = await getIdentityProvider(tx, request.organizationId, request.id)
    if (request.ifVersion !== undefined && request.ifVersion !== before.version)
      throw staleVersion('The identity provider', before.version)
    if (!(await deleteIdentityProviderRow(tx, before))) throw staleVersion('The identity provider', undefined)
    const { organizationId, id: identityProviderId } = before
    const { actor, now, requestId } = call
    // Nobody could end them from outside any more.
    await endSessions(tx, {
      organizationId,
      identityProviderId,
      reason: 'identityProviderDeleted',
      actor,
      now,
      requestId,
    })
    await requireAnother(tx, organizationId)
    await recordProvider(tx, call, before, 'identity_provider.deleted')
  })
}

/** When one goes, people must be left another way in. Throws `lastWayIn`. */
async function requireAnother(tx: Queryable, organizationId: string): Promise<void> {
  const { settings } = await getOrganization(tx, organizationId)
  if (await hasWayIn(tx, organizationId, toSignInSettings(settings))) return
  throw new AccessError(
    'lastWayIn',
    'Nobody could sign in any more: switch the method password or passkey on first, or enable another identity provider',
  )
}

/** Only what the organization has shown to be its own may lead anybody anywhere. Throws `invalidDomain`. */
async function checkDomains(
  tx: Queryable,
  organizationId: string,
  wanted: readonly string[],
): Promise<readonly string[]> {
  const domains = [...new Set(wanted.map((domain) => domainToASCII(foldCase(domain.trim()))))].toSorted()
  const verified = await selectVerifiedDomains(tx, organizationId)
  const missing = domains.find((domain) => !verified.has(domain))
  if (missing === undefined) return domains
  throw new AccessError(
    'invalidDomain',
    `${missing === '' ? 'That' : missing} is no verified domain of the organization: rollcall domain list shows them`,
    { field: 'domains' },
  )
}

/** Everything but secrets. */
async function recordProvider(
  tx: Queryable,
  call: Call,
  row: IdentityProvider,
  action: `identity_provider.${string}`,
): Promise<void> {
  const { type, name, state, settings, description, mappings, domains } = row
  const data: JsonObject = { type, name, state, settings, description, mappings, domains: [...domains] }
  await insertAccessChange(tx, {
    organizationId: row.organizationId,
    at: call.now,
    action,
    subjectId: row.id,
    subjectVersion: row.version,
    actor: call.actor,
    requestId: call.requestId,
    data,
  })
}

async function refuseTaken<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (brokenUnique(error) === 'identity_providers_name')
      throw new AccessError('nameTaken', 'Another identity provider has this name', { field: 'name' })
    if (brokenUnique(error) === 'identity_providers_pkey')
      throw new AccessError('idTaken', 'There is an identity provider with this id already', { field: 'id' })
    throw error
  }
}
