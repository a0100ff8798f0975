import type { RuleFinding } from '@rollcall/admin-api'
import type { Finding } from '@rollcall/expressions'

export type FindingDetails = {
  readonly field: string
  readonly message: string
  readonly attribute?: string | undefined
  readonly position?: number | undefined
  readonly suggestion?: string | undefined
}

/** A finding of the stable name: `E-` must be mended, `W-` should be looked at. */
export function createRuleFinding(rule: string, details: FindingDetails): RuleFinding {
  const { field, message, attribute, position, suggestion } = details
  return {
    rule,
    severity: rule.startsWith('E') ? 'error' : 'warning',
    message,
    field,
    attribute: attribute ?? null,
    position: position ?? null,
    suggestion: suggestion ?? null,
    people: null,
  }
}

/** What the expressions' own check found, with its place in the document. */
export function toRuleFinding(finding: Finding, field: string): RuleFinding {
  const { rule, severity, message, attribute, position, suggestion, people } = finding
  return {
    rule,
    severity,
    message,
    field,
    attribute,
    position: position ?? null,
    suggestion: suggestion ?? null,
    people: people === undefined ? null : { count: people.count, names: [...people.names] },
  }
}
