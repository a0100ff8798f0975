import type { Permission } from '../scopes.ts'

/** What may be done with keys and the accounts that own them. */
export const keyPermissions = {
  'keys:read': 'read keys and service accounts, without secrets',
  'keys:manage': 'make, rotate and revoke keys; make and disable service accounts',
} as const

/** What a key may do that somebody makes and he himself may not; `roles:manage` may make keys for everybody. */
export function listBeyondMaker(maker: ReadonlySet<Permission>, ofKey: ReadonlySet<Permission>): readonly Permission[] {
  const beyond = [...ofKey].filter((name) => !maker.has(name))
  return maker.has('roles:manage') ? beyond.filter((name) => name === 'owners:manage') : beyond
}
