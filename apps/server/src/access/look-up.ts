import type { JsonObject } from '@rollcall/scim'
import { selectInstanceKey } from '../db/queries/instance.ts'
import { selectKeyHash } from '../db/queries/async-requests.ts'
import { selectCredential, type CredentialRow } from '../db/queries/keys.ts'
import type { Queryable } from '../db/pool.ts'
import { formatTypeId } from '../type-id.ts'
import { hashTenant } from './issue-key.ts'
import { createNetworkMatcher } from './key-networks.ts'
import { hashKeyText, parseKeyText } from './key-text.ts'
import { findOrganization } from './organizations.ts'
import type { Authentication, OrganizationPrincipal, PrincipalConnection, Refusal, RefusalReason } from './principal.ts'
import { toKeyOwner, type KeyOwner } from './rights.ts'
import { permissionsOfScopes } from './scopes.ts'

/** What a key text is worth, and how long at the most. */
export type Finding = {
  readonly authentication: Authentication
  /** The key's own end; undefined: none. */
  readonly expiresAtMs: number | undefined
  readonly lastUsedAt: Date | null
  /** Whether the key may come from that address; undefined: from anywhere. */
  readonly admits?: ((address: string) => boolean) | undefined
}

const details: { readonly [reason in RefusalReason]: string } = {
  missing: 'Send a key: "Authorization: Bearer rc_…"',
  malformed:
    'The Authorization header holds no key: send "Bearer rc_…", the key alone, or Basic with the key as password',
  unknown: 'The key is unknown',
  expired: 'The key has expired',
  revoked: 'The key has been revoked',
  ownerInactive: 'The owner of the key is suspended, disabled or gone',
  addressNotAllowed: 'The key may not be used from this address: its allowed networks do not hold it',
  clientSecret: 'This is an OAuth client secret or a refresh token: exchange it for an access token at /oauth/token',
  issuerUnavailable: 'The keys of Microsoft that prove this token could not be fetched: try again',
  throttled: 'Too many failed attempts from this address',
}

/** The one query behind every key; nothing is asked for a text whose checksum is wrong. */
export async function lookUpKey(database: Queryable, text: string, now: Date): Promise<Finding> {
  const parsed = parseKeyText(text)
  if (parsed === undefined || parsed.kind === 'set' || parsed.kind === 'ses') return finding(refuse('unknown'))
  if (parsed.kind === 'ins') return lookUpInstanceKey(database, text)
  return lookUpHash(database, { shortId: parsed.shortId, hash: hashKeyText(text) }, now)
}

/** What the tokens of a tenant of Entra ID are worth in that organization, once they are proven to be genuine. */
export async function lookUpTenant(
  database: Queryable,
  place: { readonly slug: string; readonly tenantId: string },
  now: Date,
): Promise<Finding> {
  const organization = await findOrganization(database, place.slug)
  if (organization === undefined) return finding(refuse('unknown'))
  const { shortId } = organization
  return lookUpHash(database, { shortId, hash: hashTenant(place.tenantId) }, now)
}

/** What a key is worth by its id, for what was asked with it and is done later. */
export async function lookUpKeyById(
  database: Queryable,
  key: { readonly organizationId: string; readonly keyId: string },
  now: Date,
): Promise<Authentication> {
  const found = await selectKeyHash(database, key.organizationId, key.keyId)
  if (found === undefined) return refuse('unknown')
  return (await lookUpHash(database, found, now)).authentication
}

async function lookUpHash(
  database: Queryable,
  { shortId, hash }: { readonly shortId: string; readonly hash: Uint8Array },
  now: Date,
): Promise<Finding> {
  const row = await selectCredential(database, shortId, hash)
  if (row === undefined) return finding(refuse('unknown'))
  const reason = reasonAgainst(row, now)
  const authentication: Authentication =
    reason === undefined ? { kind: 'granted', principal: toPrincipal(row) } : refuse(reason, row)
  const admits = row.allowedNetworks === null ? undefined : createNetworkMatcher(row.allowedNetworks)
  const end = endOf(row)
  return { authentication, expiresAtMs: end === Infinity ? undefined : end, lastUsedAt: row.lastUsedAt, admits }
}

/** A refusal with the sentence that belongs to its reason. */
export function refuse(reason: RefusalReason, row?: Pick<CredentialRow, 'organizationId' | 'keyId'>): Refusal {
  return {
    kind: 'refused',
    reason,
    detail: details[reason],
    organizationId: row?.organizationId,
    keyId: row?.keyId ?? undefined,
  }
}

async function lookUpInstanceKey(database: Queryable, text: string): Promise<Finding> {
  const row = await selectInstanceKey(database, hashKeyText(text))
  if (row === undefined) return finding(refuse('unknown'))
  if (row.revokedAt !== null) return finding(refuse('revoked'))
  const principal = { kind: 'instance', keyId: row.id, actor: `instance:${formatTypeId('key', row.id)}` } as const
  return { authentication: { kind: 'granted', principal }, expiresAtMs: undefined, lastUsedAt: row.lastUsedAt }
}

function finding(authentication: Authentication): Finding {
  return { authentication, expiresAtMs: undefined, lastUsedAt: null }
}

/** A token ends with its client at the latest: a rotated client may end before the token that it bought. */
function endOf({ expiresAt, parentExpiresAt }: CredentialRow): number {
  return Math.min(expiresAt?.getTime() ?? Infinity, parentExpiresAt?.getTime() ?? Infinity)
}

/** Why a stored key opens nothing; undefined: it opens. */
export function reasonAgainst(row: CredentialRow, now: Date): RefusalReason | undefined {
  if (row.keyId === null) return 'unknown'
  if (row.revokedAt !== null || row.parentRevokedAt !== null) return 'revoked'
  if (endOf(row) <= now.getTime()) return 'expired'
  if (row.serviceAccountId !== null && row.serviceAccountState !== 'active') return 'ownerInactive'
  // A user who is gone has no row any more, so the state is null.
  if (row.userId !== null && row.userState !== 'active' && row.userState !== 'pending') return 'ownerInactive'
  return row.kind === 'cli' || row.kind === 'ref' ? 'clientSecret' : undefined
}

function toPrincipal(row: CredentialRow): OrganizationPrincipal {
  const keyId = row.keyId ?? ''
  return {
    kind: 'organization',
    organizationId: row.organizationId,
    organizationSlug: row.organizationSlug,
    organizationVersion: row.organizationVersion,
    keyId,
    keyName: row.keyName,
    parentKeyId: row.parentId ?? undefined,
    scopes: row.scopes,
    actor: formatTypeId('key', keyId),
    userId: row.userId ?? undefined,
    userScimId: row.userScimId ?? undefined,
    serviceAccountId: row.serviceAccountId ?? undefined,
    owner: ownerOf(row),
    hasRoleMappings: row.hasRoleMappings,
    connection: toConnection(row),
  }
}

function ownerOf({ userId, serviceAccountId, roles, isVouched, scopes }: CredentialRow): KeyOwner | undefined {
  if (userId === null && serviceAccountId === null) return undefined
  return toKeyOwner(roles ?? [], isVouched === true ? permissionsOfScopes(scopes) : [])
}

function toConnection(row: CredentialRow): PrincipalConnection | undefined {
  const { connectionId, connectionName, connectionState, connectionVersion, profile, style } = row
  if (connectionId === null || connectionState === null || connectionVersion === null) return undefined
  return {
    id: connectionId,
    name: connectionName ?? '',
    state: connectionState,
    version: connectionVersion,
    profile: profile ?? '',
    style: style ?? '',
    // Written by parseConnectionSettings only: one JSON object.
    settings: row.settings as JsonObject,
  }
}
