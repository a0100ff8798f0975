import { evaluate } from '../evaluate/evaluate.ts'
import type { AttributeSource } from '../evaluate/context.ts'
import { ExpressionError } from '../errors.ts'
import { findFunction } from '../functions/catalogue.ts'
import { type CallExpression, type Expression, walk } from '../syntax/ast.ts'
import { listAttributes } from '../syntax/list-attributes.ts'
import { findMisfit } from './check-type.ts'
import { createFinding, type Finding } from './finding.ts'
import { listResults } from './list-results.ts'
import { findAttribute, type Schema, suggestAttribute } from './schema.ts'

/** How one attribute of the target gets its value. */
export type Mapping = {
  readonly target: string
  readonly expression: Expression
  readonly apply: 'always' | 'onCreate'
  /** People are matched by it. */
  readonly isMatching?: boolean
}

/** Somebody to try a mapping or scope on. */
export type Person = { readonly name: string; readonly attributes: AttributeSource }

/** What a check knows besides the mapping. */
export type CheckContext = {
  readonly source: Schema
  readonly target: Schema
  /** Some or all of the people whom it is for, so that findings can count. */
  readonly people?: readonly Person[]
  readonly now?: Date
}

/**
 * What can be said about a mapping when it is saved: types, names, several values, randomness, time.
 *
 * @example
 * ```ts
 * import { checkMapping, parseExpression } from '@rollcall/expressions'
 *
 * const findings = checkMapping(
 *   { target: 'active', expression: parseExpression('Switch([Activ], "1", "0", "False")'), apply: 'always' },
 *   { source: [{ name: 'Active', type: 'string' }], target: [{ name: 'active', type: 'boolean' }] },
 * )
 * console.log(findings.map(({ rule, position }) => `${rule} at ${position}`).join()) // E-TYPE at 16,W-DEPS-UNREAD at 7
 * console.log(findings[1]?.suggestion) // Active
 * ```
 */
export function checkMapping(mapping: Mapping, context: CheckContext): readonly Finding[] {
  const nodes = [...walk(mapping.expression)]
  return [
    ...checkTarget(mapping, context),
    ...checkRandomness(mapping, nodes),
    ...checkAttributes(mapping, context),
    ...nodes.flatMap((node) => checkNode(mapping, node, context)),
    ...checkTime(mapping, nodes, context),
  ]
}

function checkTarget(
  { target: name, expression, isMatching }: Mapping,
  { source, target }: CheckContext,
): readonly Finding[] {
  const attribute = findAttribute(target, name)
  if (attribute === undefined || attribute.isReadOnly) {
    const message =
      attribute === undefined ? `the target has no attribute ${name}` : `${name} is read-only in the target`
    const suggestion = attribute === undefined ? suggestAttribute(target, name) : undefined
    return [createFinding('E-TARGET', { attribute: name, message, suggestion })]
  }
  const misfits = listResults(expression, source).flatMap((result) => {
    const message = findMisfit(result, attribute)
    return message === undefined
      ? []
      : [createFinding('E-TYPE', { attribute: name, message, position: result.expression.position })]
  })
  if (!isMatching || !attribute.isUserEditable) return misfits
  const message = `people can change ${name} themselves; match by a key that stays, such as externalId`
  return [...misfits, createFinding('W-KEY-MUTABLE', { attribute: name, message })]
}

function checkRandomness({ target, apply, isMatching }: Mapping, nodes: readonly Expression[]): readonly Finding[] {
  return nodes.flatMap((node): readonly Finding[] => {
    if (node.kind !== 'call') return []
    const { position } = node
    if (findFunction(node.name)?.isRandom && apply !== 'onCreate') {
      const message = `${node.name} would write another value at every evaluation; apply the mapping on create`
      return [createFinding('E-NONDET', { attribute: target, message, position, suggestion: 'onCreate' })]
    }
    if (node.name !== 'SelectUniqueValue' || (apply === 'onCreate' && !isMatching)) return []
    const message = isMatching
      ? 'people cannot be matched by a value that is made unique'
      : 'SelectUniqueValue would move on at every evaluation; apply the mapping on create'
    return [
      createFinding('E-UNIQ-MATCH', {
        attribute: target,
        message,
        position,
        suggestion: isMatching ? undefined : 'onCreate',
      }),
    ]
  })
}

function checkAttributes({ target, expression }: Mapping, { source }: CheckContext): readonly Finding[] {
  const unread = listAttributes(expression).filter(({ name }) => findAttribute(source, name) === undefined)
  return unread.map(({ name, position }) => {
    const message = `the source delivers no attribute ${name}`
    const suggestion = suggestAttribute(source, name)
    return createFinding('W-DEPS-UNREAD', { attribute: target, message, position, suggestion })
  })
}

function checkNode({ target }: Mapping, node: Expression, { source, people = [] }: CheckContext): readonly Finding[] {
  switch (node.kind) {
    case 'compare':
      return refuseLists(target, [node.left, node.right], source)
    case 'concat':
      return refuseLists(target, node.parts, source)
    case 'call':
      return checkCall(target, node, source, people)
    default:
      return []
  }
}

function refuseLists(attribute: string, parts: readonly Expression[], source: Schema): readonly Finding[] {
  const lists = parts.filter((part) =>
    listResults(part, source).some(({ isList, type }) => isList || type === 'complex'),
  )
  const message = 'several values, or a complex one, stand where one is needed; use Join, Item or Count'
  return lists.map(({ position }) => createFinding('E-TYPE', { attribute, message, position }))
}

function checkCall(
  attribute: string,
  call: CallExpression,
  source: Schema,
  people: readonly Person[],
): readonly Finding[] {
  const { parameters = [] } = findFunction(call.name) ?? {}
  const single = call.arguments.filter((_, index) => findParameter(parameters, call, index)?.isSingle)
  const findings = [
    ...refuseLists(
      attribute,
      single.filter((part) => part !== undefined),
      source,
    ),
  ]
  const pattern = call.arguments[parameters.findIndex(({ name }) => name === 'regexPattern')]
  if (pattern !== undefined && pattern.kind !== 'text')
    findings.push(
      createFinding('E-REGEX', { attribute, message: 'the pattern is not a constant', position: pattern.position }),
    )
  if (call.name === 'Switch' && call.arguments[1] === undefined) {
    const concerned = people.filter((person) => yieldsNothing(call, person)).map(({ name }) => name)
    const message =
      people.length === 0
        ? 'other values yield nothing'
        : `${concerned.length} of ${people.length} people would get nothing`
    findings.push(createFinding('W-SWITCH-NODEFAULT', { attribute, message, position: call.position, concerned }))
  }
  return findings
}

// Keys and values of Switch alternate; of the other functions the last parameter repeats.
function findParameter<Parameter>(
  parameters: readonly Parameter[],
  { name }: CallExpression,
  index: number,
): Parameter | undefined {
  if (name === 'Switch' && index > 3) return parameters[2 + (index % 2)]
  return parameters[index] ?? parameters.at(-1)
}

function yieldsNothing(call: CallExpression, { attributes }: Person): boolean {
  try {
    return evaluate(call, { attributes, now: new Date(0) }).value === null
  } catch (error) {
    if (error instanceof ExpressionError) return false
    throw error
  }
}

/** People whose next change is shown. */
const samplesMax = 5

function checkTime(
  { target, expression }: Mapping,
  nodes: readonly Expression[],
  { people = [], now }: CheckContext,
): readonly Finding[] {
  const clock = nodes.find((node) => node.kind === 'call' && node.name === 'Now')
  if (clock === undefined) return []
  const samples =
    now === undefined
      ? []
      : people.flatMap((person) => describeNextChange(expression, person, now)).slice(0, samplesMax)
  const message =
    samples.length === 0 ? 'the value changes by the clock' : `the value changes by the clock: ${samples.join(', ')}`
  return [createFinding('W-TIME', { attribute: target, message, position: clock.position })]
}

function describeNextChange(expression: Expression, { name, attributes }: Person, now: Date): readonly string[] {
  try {
    const { nextChangeAt } = evaluate(expression, { attributes, now })
    return nextChangeAt === undefined ? [] : [`${name} at ${nextChangeAt.toISOString()}`]
  } catch (error) {
    if (error instanceof ExpressionError) return []
    throw error
  }
}
