import { readSource } from '../evaluate/context.ts'
import { type Clause, type ClauseScope, scopeOperators } from '../scope/scope.ts'
import { fromSource } from '../value/from-source.ts'
import { isEmpty, isList, type Value } from '../value/value.ts'
import type { Person } from './check-mapping.ts'
import { createFinding, type Finding } from './finding.ts'
import { findAttribute, type Schema, suggestAttribute } from './schema.ts'

/**
 * What should be looked at in a scoping filter: negations that keep out whoever has no value, with their number and names;
 * operands that differ from the data in case only; attributes that the source lacks.
 *
 * @example
 * ```ts
 * import { lintScope } from '@rollcall/expressions'
 *
 * const scope = { groups: [[{ attribute: 'employeeType', operator: 'NOT EQUALS' as const, value: 'Contractor' }]] }
 * const people = [{ name: 'Bo', attributes: {} }, { name: 'Di', attributes: { employeeType: 'Employee' } }]
 * const [finding] = lintScope(scope, { source: [{ name: 'employeeType', type: 'string' }], people })
 * console.log(finding?.rule, finding?.people?.count, finding?.people?.names.join()) // W-NULLNEG 1 Bo
 * ```
 */
export function lintScope(
  scope: ClauseScope,
  context: { readonly source: Schema; readonly people?: readonly Person[] },
): readonly Finding[] {
  return scope.groups
    .flat()
    .flatMap((clause) => [
      ...lintAttribute(clause, context.source),
      ...lintNegation(clause, context.people ?? []),
      ...lintCase(clause, context.people ?? []),
    ])
}

function lintAttribute({ attribute: name, quantifier }: Clause, source: Schema): readonly Finding[] {
  const attribute = findAttribute(source, name)
  if (attribute === undefined) {
    const message = `the source delivers no attribute ${name}`
    return [createFinding('W-DEPS-UNREAD', { attribute: name, message, suggestion: suggestAttribute(source, name) })]
  }
  if (!attribute.isMultiValued || quantifier !== undefined) return []
  const message = `${name} has several values and all of them must fulfil the clause; say "any" when one is enough`
  return [createFinding('W-MULTI', { attribute: name, message, suggestion: 'any' })]
}

function lintNegation({ attribute, operator }: Clause, people: readonly Person[]): readonly Finding[] {
  if (!scopeOperators[operator].isNegated || operator.endsWith('OR EMPTY')) return []
  const concerned = people.filter((person) => isEmpty(readValue(person, attribute))).map(({ name }) => name)
  if (people.length > 0 && concerned.length === 0) return []
  const message = `${operator} is false for whoever has no ${attribute}: ${concerned.length} of ${people.length} people fall out of scope`
  return [createFinding('W-NULLNEG', { attribute, message, suggestion: `${operator} OR EMPTY`, concerned })]
}

function lintCase({ attribute, operator, value }: Clause, people: readonly Person[]): readonly Finding[] {
  if (operator !== 'EQUALS' || value === undefined) return []
  const lower = value.toLowerCase()
  const differs = (found: Value): boolean =>
    typeof found === 'string' && found !== value && found.toLowerCase() === lower
  const concerned: string[] = []
  let suggestion: string | undefined
  for (const person of people) {
    const found = readValue(person, attribute)
    const other = (isList(found) ? found : [found]).find(differs)
    if (other === undefined) continue
    concerned.push(person.name)
    suggestion ??= typeof other === 'string' ? other : undefined
  }
  if (concerned.length === 0) return []
  const message = `${concerned.length} of ${people.length} people have this value in another case, and EQUALS tells them apart`
  return [createFinding('W-CASE', { attribute, message, suggestion, concerned })]
}

function readValue({ attributes }: Person, name: string): Value {
  return fromSource(readSource(attributes, name))
}
