import type { RuleFinding } from '@rollcall/admin-api'
import { createRuleFinding as create, type FindingDetails } from '../../mapping/rule-findings.ts'
import type { MappingRule } from '@rollcall/expressions'

/** What can be wrong with rules besides what the expressions' own check finds. */
export const documentRules = {
  'E-SYNTAX': 'the expression cannot be read',
  'E-SCOPE': 'the scoping filter cannot be read',
  'E-INCOMPLETE': 'a mapping lacks what its kind needs',
  'E-TABLE': 'Rollcall.Lookup asks a table that the rules do not have',
  'E-DEFAULT': 'the default cannot be a value of the attribute',
  'E-REFERENCE': 'an object is named where its account in the app is needed, or the other way round',
  'E-MATCH': 'an attribute of a matching rule gets its value from nowhere',
  'E-DISABLE': 'accounts are to be disabled and no mapping says so to the app',
  'W-DISABLE': 'an account that is suspended in the directory stays active in the app',
  'W-LEAVERS': 'actions that are off leave leavers active',
  'W-NOMATCH': 'accounts that exist are not found, so that there will be doubles or conflicts',
  'W-TARGET': 'the schema of the app does not list the attribute',
} as const satisfies Record<string, string>

type Rule = keyof typeof documentRules | MappingRule

export function createRuleFinding(rule: Rule, details: FindingDetails): RuleFinding {
  return create(rule, details)
}
