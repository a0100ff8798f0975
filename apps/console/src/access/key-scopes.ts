import { scopeNames } from '@rollcall/admin-api/names'

export type ScopeName = (typeof scopeNames)[number]

const isRead = (name: ScopeName): boolean => /[:.]read$/.test(name)

/** Those that provision apart from those that read, and those that change something. */
export const scopeGroups: readonly {
  readonly name: 'scim' | 'read' | 'write'
  readonly scopes: readonly ScopeName[]
}[] = [
  { name: 'scim', scopes: ['scim'] },
  { name: 'read', scopes: scopeNames.filter((name) => isRead(name)) },
  { name: 'write', scopes: scopeNames.filter((name) => !isRead(name) && !name.startsWith('scim')) },
]

const configured = scopeNames.filter((name) =>
  /^(?:teams|roles|connections|settings|webhooks|signals|sign-in|apps|sources):(?:read|manage)$/.test(name),
)

/** What most keys are for. */
export const keyTemplates: readonly {
  readonly name: 'scim' | 'people' | 'terraform' | 'audit' | 'readAll'
  readonly scopes: readonly ScopeName[]
}[] = [
  { name: 'scim', scopes: ['scim'] },
  { name: 'people', scopes: ['people:read', 'people:manage', 'teams:read', 'teams:manage'] },
  // Everything that is configured; who is in it comes from elsewhere.
  { name: 'terraform', scopes: configured },
  { name: 'audit', scopes: ['audit:read', 'events:read', 'log:read'] },
  { name: 'readAll', scopes: scopeNames.filter((name) => name.endsWith(':read') && name !== 'organization:read') },
]

export const expiryDays = ['7', '30', '90', '365', 'never'] as const
export type Expiry = (typeof expiryDays)[number]

const dayMs = 86_400_000

/** Addresses and ranges as people write them: one a line, or with commas. */
export function toNetworks(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((range) => range !== '')
}

export function toExpiry(expiry: Expiry, now: number): string | null {
  return expiry === 'never' ? null : new Date(now + Number(expiry) * dayMs).toISOString()
}

/** Somebody would notice at once: a key that was used within a day. */
export function isInUse(lastUsedAt: string | null, now: number): boolean {
  return lastUsedAt !== null && now - Date.parse(lastUsedAt) < dayMs
}
