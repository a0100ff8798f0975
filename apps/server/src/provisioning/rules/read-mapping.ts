import type { RuleFinding } from '@rollcall/admin-api'
import {
  type Expression,
  ExpressionError,
  listAttributes,
  type Mapping,
  parseExpression,
  toTargetValue,
  walk,
} from '@rollcall/expressions'
import { compilePath } from '../../mapping/paths.ts'
import type { CheckSite } from './check-rules.ts'
import type { MappingDocument } from './compiled.ts'
import { createRuleFinding } from './rule-names.ts'
import { isForeign } from './schemas.ts'

/** A mapping as the expressions' check understands it: whatever its kind, an expression. */
export type ReadMapping = {
  readonly checked: Mapping | undefined
  /** Where in the document its value is written. */
  readonly field: string
  readonly findings: readonly RuleFinding[]
}

/** A mapping of the document, and what is wrong with it by itself. */
export function readMapping(site: CheckSite, mapping: MappingDocument, place: string): ReadMapping {
  const { target, kind } = mapping
  const field = `${place}.${fields[kind]}`
  const findings = [...checkDefault(site, mapping, place), ...checkForeign(site, target, place)]
  if (kind === 'reference')
    return { checked: undefined, field, findings: [...findings, ...checkReference(site, mapping, place)] }
  if (kind === 'none') return { checked: undefined, field, findings: [...findings, ...checkNone(mapping, place)] }
  const read = readExpression(mapping, field)
  if (!('kind' in read)) return { checked: undefined, field, findings: [...findings, read] }
  const isMatching = site.rules.matching.flat().some((part) => part.target === target)
  const apply = mapping.apply === 'always' ? 'always' : 'onCreate'
  const checked: Mapping = { target, expression: read, apply, isMatching }
  return {
    checked,
    field,
    findings: [...findings, ...checkManager(mapping, place), ...checkTables(site, checked, field)],
  }
}

const fields: { readonly [kind in MappingDocument['kind']]: string } = {
  direct: 'source',
  reference: 'source',
  constant: 'value',
  expression: 'expression',
  none: 'default',
}

function readExpression(mapping: MappingDocument, field: string): Expression | RuleFinding {
  const { target, kind, source, value, expression } = mapping
  if (kind === 'direct' && source !== undefined) return { kind: 'attribute', name: source, position: 0 }
  if (kind === 'constant' && value !== undefined) return toLiteral(value)
  if (kind === 'expression' && expression !== undefined) return parse(expression, { field, attribute: target })
  const message = `A mapping of the kind ${kind} needs "${fields[kind]}"`
  return createRuleFinding('E-INCOMPLETE', { field, attribute: target, message })
}

function toLiteral(value: string | number | boolean): Expression {
  if (typeof value === 'number') return { kind: 'number', value, position: 0 }
  return { kind: 'text', value: typeof value === 'boolean' ? (value ? 'True' : 'False') : value, position: 0 }
}

/** An expression, or why it is none. Names of functions are taken in any case, as people type them. */
export function parse(
  text: string,
  at: { readonly field: string; readonly attribute: string },
): Expression | RuleFinding {
  try {
    return parseExpression(text, { ignoresCase: true })
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { message, position, suggestion } = error
    return createRuleFinding('E-SYNTAX', { ...at, message, position, suggestion })
  }
}

/** The attributes of the source that an expression reads. */
export function listReads(expression: Expression): readonly string[] {
  return listAttributes(expression).map(({ name }) => name)
}

function checkDefault({ target: type }: CheckSite, mapping: MappingDocument, place: string): readonly RuleFinding[] {
  const attribute = compilePath(mapping.target, type)?.attribute
  if (mapping.default === undefined || attribute === undefined) return []
  try {
    toTargetValue(mapping.default, attribute)
    return []
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    const { message } = error
    return [createRuleFinding('E-DEFAULT', { field: `${place}.default`, attribute: mapping.target, message })]
  }
}

function checkForeign({ target: type }: CheckSite, target: string, place: string): readonly RuleFinding[] {
  if (compilePath(target, type) !== undefined || !isForeign(target, type)) return []
  const message = `the schema of the app does not list ${target}; it is sent as it comes`
  return [createRuleFinding('W-TARGET', { field: `${place}.target`, attribute: target, message })]
}

function checkNone({ target, default: value }: MappingDocument, place: string): readonly RuleFinding[] {
  if (value !== undefined) return []
  const message = 'A mapping of the kind none has nothing but its default'
  return [createRuleFinding('E-INCOMPLETE', { field: `${place}.default`, attribute: target, message })]
}

const isManager = (name: string | undefined): boolean => /^(?:.+:)?manager(?:\.value)?$/i.test(name ?? '')

function checkReference({ kind }: CheckSite, mapping: MappingDocument, place: string): readonly RuleFinding[] {
  const { source, target } = mapping
  if (kind === 'user' && isManager(source)) return []
  const message =
    kind === 'user'
      ? 'The only reference of a person is manager'
      : 'A team has no references; its members are kept by themselves'
  return [
    createRuleFinding('E-REFERENCE', {
      field: `${place}.source`,
      attribute: target,
      message,
      suggestion: kind === 'user' ? 'manager' : undefined,
    }),
  ]
}

/** An app knows the manager by the id of his account there, which only a reference finds out. */
function checkManager({ kind, source, target }: MappingDocument, place: string): readonly RuleFinding[] {
  if (kind !== 'direct' || !isManager(source) || !isManager(target)) return []
  const message = 'The app needs the id of the account that the manager has there'
  return [
    createRuleFinding('E-REFERENCE', { field: `${place}.kind`, attribute: target, message, suggestion: 'reference' }),
  ]
}

function checkTables({ tables }: CheckSite, { target, expression }: Mapping, field: string): readonly RuleFinding[] {
  return [...walk(expression)].flatMap((node) => {
    const [name] = node.kind === 'call' && node.name === 'Rollcall.Lookup' ? node.arguments : []
    if (name?.kind !== 'text' || tables.includes(name.value)) return []
    const message = `The rules have no table ${name.value}`
    return [createRuleFinding('E-TABLE', { field, attribute: target, message, position: name.position })]
  })
}
