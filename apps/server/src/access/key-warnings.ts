import { hasScope } from './scopes.ts'

/** What a key is that somebody has made or is about to make, as far as it gives cause for a warning. */
export type Warned = {
  readonly scopes: readonly string[]
  readonly userId: string | null
  readonly expiresAt: Date | null
  readonly revokedAt: Date | null
}

/** What the one who makes a key should know, in sentences; only provisioning breaks silently. */
export function warningsOf(key: Warned): readonly string[] {
  if (key.revokedAt !== null || !hasScope(key.scopes, 'scim')) return []
  const { expiresAt, userId } = key
  return [
    ...(expiresAt === null ? [] : [`Provisioning with this key stops when it expires (${expiresAt.toISOString()})`]),
    ...(userId === null ? [] : [personal]),
  ]
}

const personal =
  'Provisioning with this key stops when the person who owns it is suspended or leaves: let a service account own it'
