import type { Principal } from '../../access/principal.ts'
import { hasScope } from '../../access/scopes.ts'

/**
 * The person whose key may map groups only to the teams that they maintain; undefined: to every team, as keys may that
 * manage teams, or that belong to no person.
 */
export function findBoundMaintainer(principal: Principal): string | undefined {
  if (principal.kind === 'instance' || hasScope(principal.scopes, 'teams:manage')) return undefined
  return principal.userId
}
