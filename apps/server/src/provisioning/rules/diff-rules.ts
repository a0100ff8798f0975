import type { ProvisioningRules, RuleChange } from '@rollcall/admin-api'
import { byTarget, diffDocuments } from '../../rule-changes.ts'

/**
 * What differs between two versions of rules, in the order of the document. Mappings are compared by the attribute that
 * they write, so that a moved one is no change; tables by their rows.
 */
export function diffRules(before: ProvisioningRules | undefined, after: ProvisioningRules): readonly RuleChange[] {
  return diffDocuments(keyed(before ?? {}), keyed(after))
}

/** The same document with its mappings by their targets. */
function keyed({ users, teams, ...rest }: Partial<ProvisioningRules>): { readonly [name: string]: unknown } {
  return {
    ...rest,
    ...(users && { users: { ...users, mappings: byTarget(users.mappings) } }),
    ...(teams && { teams: { ...teams, mappings: byTarget(teams.mappings) } }),
  }
}
