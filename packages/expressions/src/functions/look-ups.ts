import { ownPrefix } from '../limits.ts'
import { toText } from '../value/text.ts'
import type { Value } from '../value/value.ts'
import { findConstant, readScalar } from './arguments.ts'
import { type Call, fail, type FunctionDefinition, type Site } from './definition.ts'
import { exactly } from './text.ts'

/** Functions whose values come from outside of the object. */
export const lookUpFunctions: readonly FunctionDefinition[] = [
  {
    name: `${ownPrefix}Lookup`,
    summary: 'What a table says of a key, with regard to case; the default where it says nothing.',
    parameters: [
      { name: 'table', isSingle: true },
      { name: 'key', isSingle: true },
      { name: 'defaultValue', mayBeEmpty: true },
    ],
    minimum: 2,
    maximum: 3,
    result: 'any',
    checkConstants(site) {
      if (findConstant(site, 0) === undefined)
        throw fail(site, 'Syntax', 'the name of the table is a constant text', { argument: 0 })
    },
    evaluate: lookUp,
  },
  {
    name: `${ownPrefix}Ref`,
    summary: 'An attribute of the object that a reference names, as in Ref([manager], "mail").',
    parameters: [{ name: 'reference' }, { name: 'attribute', isSingle: true }],
    ...exactly(2),
    result: 'any',
    reads: findReferred,
    checkConstants(site) {
      if (findReferred(site) === undefined)
        throw fail(site, 'Syntax', 'it takes an [attribute] and the constant name of one there')
    },
    evaluate: (call) => call.surroundings.readAttribute(findReferred(call) ?? ''),
  },
  {
    name: `${ownPrefix}UniqueNumber`,
    summary: 'The number of the object in a sequence: the next one for a new object, the same ever after.',
    parameters: [{ name: 'sequence', isSingle: true }],
    ...exactly(1),
    result: 'number',
    isRandom: true,
    checkConstants(site) {
      if (findConstant(site, 0) === undefined)
        throw fail(site, 'Syntax', 'the name of the sequence is a constant text', { argument: 0 })
    },
    evaluate: (call) => call.surroundings.numberOf(findConstant(call, 0) ?? ''),
  },
]

function lookUp(call: Call): Value {
  const key = toText(readScalar(call, 1))
  const found = key === '' ? null : call.surroundings.lookUp(findConstant(call, 0) ?? '', key)
  return found === null && call.has(2) ? call.read(2) : found
}

function findReferred({ expression: { arguments: parts } }: Pick<Site, 'expression'>): string | undefined {
  const [reference, attribute] = parts
  if (reference?.kind !== 'attribute' || attribute?.kind !== 'text' || attribute.value === '') return undefined
  return `${reference.name}.${attribute.value}`
}
