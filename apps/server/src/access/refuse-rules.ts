import type { RuleFinding } from '@rollcall/admin-api'
import { AccessError } from './access-error.ts'

/** Throws `invalidRules` where rules, or another part of a body, cannot work, with place and position of what is first to be mended. */
export function refuseErrors(findings: readonly RuleFinding[], part = 'rules'): void {
  const errors = findings.filter(({ severity }) => severity === 'error')
  const [first] = errors
  if (first === undefined) return
  const { rule, field, position, message, suggestion } = first
  const place = position === null ? '' : ` at character ${position + 1}`
  const meant = suggestion === null || message.includes(suggestion) ? '' : `; try ${suggestion}`
  const more = errors.length === 1 ? '' : ` (and ${errors.length - 1} more)`
  const pointer = field.replaceAll(/\[(\d+)\]/g, '.$1')
  throw new AccessError('invalidRules', `${rule}${place}: ${message}${meant}${more}`, { field: `${part}.${pointer}` })
}
