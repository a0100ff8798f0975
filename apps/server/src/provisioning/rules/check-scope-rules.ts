import type { ProvisioningRules, RuleFinding } from '@rollcall/admin-api'
import {
  checkScope,
  type ClauseScope,
  ExpressionError,
  type Finding,
  lintScope,
  type Schema,
} from '@rollcall/expressions'
import { bindFilter, parseFilter, ScimError } from '@rollcall/scim'
import type { CheckSite } from './check-rules.ts'
import { toRuleFinding } from '../../mapping/rule-findings.ts'
import { createRuleFinding } from './rule-names.ts'
import { toSourceSchema } from './schemas.ts'

/** Where a scope stands, and whom it can be tried on. */
export type ScopeSite = Pick<CheckSite, 'place' | 'kind' | 'source' | 'people'> & {
  readonly rules: Pick<ProvisioningRules['users'], 'scope'>
  /** Attributes that may be read here besides those of the directory. */
  readonly more?: Schema
}

/** What is wrong with a scoping filter, clause by clause, and whom its negations keep out. */
export function checkScopeRules(site: ScopeSite): readonly RuleFinding[] {
  const { scope } = site.rules
  if ('filter' in scope) return checkFilter(site, scope.filter)
  return scope.groups.flatMap((group, row) =>
    group.flatMap((clause, column) =>
      checkClause(site, { ...clause }, `${site.place}.scope.groups[${row}][${column}]`),
    ),
  )
}

type ClauseDocument = {
  readonly attribute: string
  readonly operator: string
  readonly value?: string | undefined
  readonly quantifier?: 'all' | 'any' | undefined
}

function checkClause(site: ScopeSite, clause: ClauseDocument, field: string): readonly RuleFinding[] {
  const { attribute, operator, value, quantifier } = clause
  const scope = {
    groups: [
      [{ attribute, operator, ...(value !== undefined && { value }), ...(quantifier !== undefined && { quantifier }) }],
    ],
  }
  try {
    return lint(scope, site).map((finding) => toRuleFinding(finding, `${field}.${fieldOf(finding)}`))
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { message, suggestion, code, position } = error
    const part = code === 'BadOperator' ? 'operator' : code === 'Syntax' && attribute === '' ? 'attribute' : 'value'
    return [createRuleFinding('E-SCOPE', { field: `${field}.${part}`, attribute, message, position, suggestion })]
  }
}

function lint(
  scope: Parameters<typeof checkScope>[0],
  { kind, source, people, more = [] }: ScopeSite,
): readonly Finding[] {
  checkScope(scope)
  const checked: ClauseScope = scope
  const used = checked.groups.flat().map(({ attribute }) => attribute)
  return lintScope(checked, { source: [...toSourceSchema(kind, source, used), ...more], people })
}

const fieldsOfRules: { readonly [rule in Finding['rule']]?: string } = {
  'W-DEPS-UNREAD': 'attribute',
  'W-MULTI': 'quantifier',
  'W-CASE': 'value',
}

function fieldOf({ rule }: Finding): string {
  return fieldsOfRules[rule] ?? 'operator'
}

function checkFilter({ source, place }: ScopeSite, text: string): readonly RuleFinding[] {
  try {
    bindFilter(parseFilter(text), source)
    return []
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    const { message, position } = error
    return [createRuleFinding('E-SCOPE', { field: `${place}.scope.filter`, message, position })]
  }
}
