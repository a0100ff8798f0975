import { AccessError } from './access-error.ts'

/**
 * A secret that is kept for somebody else's server goes to that server only: whoever changes the address gives it anew, since
 * he need not have known it. Throws `secretMissing`.
 */
export function requireSecretAnew(change: {
  /** Of the request: where the secret stands. */
  readonly field: string
  readonly hasSecret: boolean
  readonly isGiven: boolean
  /** Addresses, or whatever else says where it is sent; null: nowhere. */
  readonly before: string | null
  readonly after: string | null
}): void {
  const { field, hasSecret, isGiven, before, after } = change
  if (!hasSecret || isGiven || after === null || (before !== null && originOf(before) === originOf(after))) return
  throw new AccessError(
    'secretMissing',
    'The address is another one, so the secret that is sent there must be given anew',
    {
      field,
    },
  )
}

function originOf(address: string): string {
  return URL.canParse(address) ? new URL(address).origin : address
}
