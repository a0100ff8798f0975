import type { RuleFinding } from '@rollcall/admin-api'
import type { CheckSite } from './check-rules.ts'
import { isLdapSchema } from './ldap-schemas.ts'
import { listReads, parse } from './read-mapping.ts'
import { createRuleFinding } from './rule-names.ts'

/** Whether leavers can leave: rules that could not disable anybody are no rules. */
export function checkLeaving(site: CheckSite): readonly RuleFinding[] {
  const { place, kind, rules } = site
  const { policy } = rules.leaving
  const disables = rules.mappings.some((mapping) => mapping.apply === 'always' && readsSoftDeleted(mapping))
  const field = `${place}.leaving.policy`
  const isLdap = isLdapSchema(site.target.schema.id)
  const expression = isLdap ? '[IsSoftDeleted]' : 'Not([IsSoftDeleted])'
  const howTo = `${expression} to ${isLdap ? 'accountDisabled' : 'active'}`
  if (!disables && (policy === 'disable' || policy === 'disableThenDelete')) {
    const message =
      kind === 'user'
        ? `Accounts of leavers are to be disabled, but no mapping tells the app: map ${howTo}, always`
        : 'A group cannot be disabled: delete it, unlink it or do nothing'
    const suggestion = kind === 'user' ? expression : 'delete'
    return [createRuleFinding('E-DISABLE', { field, message, suggestion })]
  }
  const findings: RuleFinding[] = []
  if (!disables && kind === 'user') {
    const message = 'Nothing tells the app that an account was suspended in the directory, so it stays active there'
    findings.push(createRuleFinding('W-DISABLE', { field, message, suggestion: expression }))
  }
  if (keepsLeavers(rules)) {
    const message = `Leavers stay as they are: ${policy} is the policy and that action is off`
    findings.push(createRuleFinding('W-LEAVERS', { field: `${place}.actions`, message }))
  }
  return findings
}

function keepsLeavers({ leaving: { policy }, actions }: CheckSite['rules']): boolean {
  if (policy === 'disable') return !actions.update
  if (policy === 'delete') return !actions.delete
  return policy === 'disableThenDelete' && !(actions.update && actions.delete)
}

function readsSoftDeleted(mapping: CheckSite['rules']['mappings'][number]): boolean {
  const isIt = (name: string): boolean => name.toLowerCase() === 'issoftdeleted'
  if (mapping.kind === 'direct') return isIt(mapping.source ?? '')
  if (mapping.kind !== 'expression') return false
  const read = parse(mapping.expression ?? '', { field: '', attribute: '' })
  return 'kind' in read && listReads(read).some(isIt)
}
