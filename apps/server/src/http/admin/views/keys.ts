import type { RouteAnswer } from '@rollcall/admin-api'
import type { IssuedKey, Key } from '../../../access/keys.ts'
import { formatTypeId } from '../../../type-id.ts'
import { idOrNull } from '../views.ts'

export function viewKey(row: Key): RouteAnswer<'getKey'> {
  const { kind } = row
  // API keys have routes of their own.
  if (kind === 'api') throw new Error('An API key was about to be shown as an application key')
  return {
    id: formatTypeId('key', row.id),
    kind,
    name: row.name,
    hint: row.hint,
    scopes: [...row.scopes],
    connectionId: idOrNull('con', row.connectionId),
    serviceAccountId: idOrNull('sa', row.serviceAccountId),
    serviceAccountName: row.serviceAccountName,
    userId: idOrNull('usr', row.userId),
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    lastUsedIp: row.lastUsedIp,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    allowedNetworks: row.allowedNetworks === null ? null : [...row.allowedNetworks],
    replacedBy: idOrNull('key', row.replacedBy),
  }
}

export function viewRotatedKey(
  { key, secret, previous }: IssuedKey & { readonly previous: Key },
  now: Date,
): RouteAnswer<'rotateKey'> {
  const replaced = viewKey(previous)
  return {
    ...viewKey(key),
    key: toShown(secret),
    warnings: [...key.warnings],
    replaces: replaced.id,
    replacedExpiresAt: replaced.expiresAt ?? now.toISOString(),
  }
}

/** A client that signs has no secret to show. */
export function toShown(secret: string): string | null {
  return secret === '' ? null : secret
}

export function viewApiKey(row: Key): RouteAnswer<'getApiKey'> {
  return {
    id: formatTypeId('key', row.id),
    name: row.name,
    hint: row.hint,
    scopes: [...row.scopes],
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    lastUsedIp: row.lastUsedIp,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }
}
