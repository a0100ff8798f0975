import { isJsonObject, type Json } from '@rollcall/scim'
import type { LogStep } from '../log/log-row.ts'

/** Of the first group of clauses: which one does not hold, and for what value. */
export function describeFailing(scoping: LogStep | undefined): string | undefined {
  const scope = scoping?.detail?.['scope']
  const [group] = listOf(isJsonObject(scope) ? scope['groups'] : undefined)
  const clauses = listOf(isJsonObject(group) ? group['clauses'] : undefined)
  const failing = clauses.filter(isJsonObject).find(({ holds }) => holds === false)
  if (failing === undefined) return undefined
  const { attribute, operator, operand, value } = failing
  const wanted = operand === undefined ? '' : ` ${JSON.stringify(operand)}`
  return `Wanted is ${toWord(attribute)} ${toWord(operator)}${wanted}; it is ${JSON.stringify(value)}.`
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

function toWord(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
