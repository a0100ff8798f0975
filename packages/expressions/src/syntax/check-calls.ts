import { ExpressionError } from '../errors.ts'
import { findFunction, functions } from '../functions/catalogue.ts'
import type { FunctionDefinition } from '../functions/definition.ts'
import { printSignature } from '../functions/signature.ts'
import { ownPrefix } from '../limits.ts'
import { findNearest } from '../suggest.ts'
import type { CallExpression, Expression } from './ast.ts'

type CheckOptions = { readonly ignoresCase: boolean }

/** The same expression with proper names; throws for names, numbers of parameters, nesting and constants that are wrong. */
export function checkCalls(expression: Expression, options: CheckOptions): Expression {
  return check(expression, options, true)
}

function check(expression: Expression, options: CheckOptions, isOutermost: boolean): Expression {
  switch (expression.kind) {
    case 'call':
      return checkCall(expression, options, isOutermost)
    case 'compare':
      return {
        ...expression,
        left: check(expression.left, options, false),
        right: check(expression.right, options, false),
      }
    case 'concat':
      return { ...expression, parts: expression.parts.map((part) => check(part, options, false)) }
    case 'word':
      throw refuseWord(expression.name, expression.position)
    default:
      return expression
  }
}

function checkCall(call: CallExpression, options: CheckOptions, isOutermost: boolean): Expression {
  const definition = find(call, options)
  if (definition.isOutermostOnly && !isOutermost)
    throw new ExpressionError('Nested', `${definition.name} may only be the outermost function`, {
      position: call.position,
      functionName: definition.name,
    })
  checkArity(call, definition)
  const parameters = call.arguments.map((part, index) => {
    if (part === undefined) return part
    if (part.kind === 'word' && definition.parameters[index]?.words !== undefined)
      return checkWord(part, definition, index, options)
    if (definition.parameters[index]?.isBinding) return checkBinding(part, definition, index)
    return check(part, options, false)
  })
  const checked: CallExpression = { ...call, name: definition.name, arguments: parameters }
  definition.checkConstants?.({ definition, expression: checked })
  return checked
}

/** The word that names the value at hand, as in `Rollcall.Map([emails], x, [x.value])`. */
function checkBinding(part: Expression, definition: FunctionDefinition, index: number): Expression {
  if (part.kind === 'word') return part
  throw new ExpressionError('Syntax', `${definition.name} needs a word that names the value, such as x`, {
    position: part.position,
    functionName: definition.name,
    argument: index,
    suggestion: part.kind === 'attribute' ? part.name : undefined,
  })
}

function find(call: CallExpression, { ignoresCase }: CheckOptions): FunctionDefinition {
  const found = findFunction(call.name)
  if (found !== undefined) return found
  const names = functions.map(({ name }) => name)
  const lower = call.name.toLowerCase()
  // Also And for Rollcall.And.
  const sameLetters = new Set([lower, ownPrefix.toLowerCase() + lower])
  const near = names.find((name) => sameLetters.has(name.toLowerCase())) ?? findNearest(call.name, names)
  const meant = near === undefined ? undefined : findFunction(near)
  if (ignoresCase && meant?.name.toLowerCase() === call.name.toLowerCase()) return meant
  throw new ExpressionError('UnknownFunction', `There is no function ${call.name}`, {
    position: call.position,
    functionName: call.name,
    suggestion: near,
  })
}

function checkArity(call: CallExpression, definition: FunctionDefinition): void {
  const { length } = call.arguments
  const refuse = (problem: string, argument?: number): ExpressionError =>
    new ExpressionError('Arity', `${definition.name} ${problem}: ${printSignature(definition)}`, {
      position: call.position,
      functionName: definition.name,
      argument,
    })
  if (length < definition.minimum || length > definition.maximum || definition.isCountWrong?.(length))
    throw refuse(`cannot have ${length} parameter${length === 1 ? '' : 's'}`)
  for (const [index, argument] of call.arguments.entries()) {
    const parameter = definition.parameters[index] ?? definition.parameters.at(-1)
    if (argument === undefined && !parameter?.mayBeEmpty)
      throw refuse(`needs its parameter ${index + 1} (${parameter?.name})`, index)
  }
}

function checkWord(
  word: Expression & { readonly kind: 'word' },
  definition: FunctionDefinition,
  index: number,
  { ignoresCase }: CheckOptions,
): Expression {
  const words = definition.parameters[index]?.words ?? []
  if (words.includes(word.name)) return word
  const near = findNearest(word.name, words)
  if (ignoresCase && near?.toLowerCase() === word.name.toLowerCase()) return { ...word, name: near }
  throw new ExpressionError('BadEnum', `${definition.name} does not know ${word.name}, only ${words.join(', ')}`, {
    position: word.position,
    functionName: definition.name,
    argument: index,
    suggestion: near,
  })
}

function refuseWord(name: string, position: number): ExpressionError {
  const call = findNearest(
    name,
    functions.map((definition) => definition.name),
  )
  const isBoolean = /^(?:true|false)$/i.test(name)
  const suggestion = isBoolean ? `"${name[0]?.toUpperCase()}${name.slice(1).toLowerCase()}"` : call && `${call}()`
  return new ExpressionError(
    'BadEnum',
    `${name} stands for nothing here; text needs quotation marks, an attribute []`,
    {
      position,
      suggestion: suggestion ?? `[${name}]`,
    },
  )
}
