import type { RuleFinding } from '@rollcall/admin-api'
import { suggestAttribute, walk } from '@rollcall/expressions'
import { compilePath } from '../../mapping/paths.ts'
import { findSourceAttribute } from '../source/attributes.ts'
import type { CheckSite } from './check-rules.ts'
import { parse } from './read-mapping.ts'
import { createRuleFinding } from './rule-names.ts'
import { isForeign, toSourceSchema, toTargetSchema } from './schemas.ts'

type Part = CheckSite['rules']['matching'][number][number]

/** Whether every attribute of a matching rule exists, can be asked for, and has a value from somewhere. */
export function checkMatching(site: CheckSite): readonly RuleFinding[] {
  const { matching, actions } = site.rules
  if (matching.length === 0 && actions.create) {
    const message = 'Nothing is matched: accounts that exist already are not found'
    return [createRuleFinding('W-NOMATCH', { field: `${site.place}.matching`, message })]
  }
  return matching.flatMap((rule, row) =>
    rule.flatMap((part, column) => checkPart(site, part, `${site.place}.matching[${row}][${column}]`)),
  )
}

function checkPart(site: CheckSite, part: Part, field: string): readonly RuleFinding[] {
  return [...checkTarget(site, part, field), ...checkValue(site, part, field)]
}

function checkTarget({ target: type }: CheckSite, { target }: Part, field: string): readonly RuleFinding[] {
  if (compilePath(target, type) !== undefined || isForeign(target, type)) return []
  const suggestion = suggestAttribute(toTargetSchema(type, []), target)
  const message = `the target has no attribute ${target}`
  return [createRuleFinding('E-TARGET', { field: `${field}.target`, attribute: target, message, suggestion })]
}

function checkValue(site: CheckSite, part: Part, field: string): readonly RuleFinding[] {
  const { target, source, expression } = part
  if (expression !== undefined) return checkExpression(expression, { field: `${field}.expression`, attribute: target })
  if (source !== undefined) return checkSource(site, source, { field: `${field}.source`, attribute: target })
  const mapping = site.rules.mappings.find((each) => each.target === target)
  if (mapping !== undefined && mapping.kind !== 'none' && mapping.kind !== 'reference') return []
  const message = `No mapping gives ${target} a value, so say by "source" or "expression" what it is matched with`
  return [createRuleFinding('E-MATCH', { field: `${field}.source`, attribute: target, message })]
}

function checkExpression(
  text: string,
  at: { readonly field: string; readonly attribute: string },
): readonly RuleFinding[] {
  const read = parse(text, at)
  if (!('kind' in read)) return [read]
  const call = [...walk(read)].find((node) => node.kind === 'call' && node.name === 'SelectUniqueValue')
  if (call === undefined) return []
  const message = 'Accounts cannot be matched by a value that is made unique'
  return [createRuleFinding('E-UNIQ-MATCH', { ...at, message, position: call.position })]
}

function checkSource(
  { kind, source: type }: CheckSite,
  name: string,
  at: { readonly field: string; readonly attribute: string },
): readonly RuleFinding[] {
  if (findSourceAttribute(name, kind, type) !== undefined) return []
  const suggestion = suggestAttribute(toSourceSchema(kind, type, []), name)
  return [
    createRuleFinding('W-DEPS-UNREAD', { ...at, message: `the source delivers no attribute ${name}`, suggestion }),
  ]
}
