import { elementsMax, ownPrefix } from '../limits.ts'
import type { ListValue, Value } from '../value/value.ts'
import { readList } from './arguments.ts'
import { type Call, fail, type FunctionDefinition } from './definition.ts'
import { readCondition } from './logic.ts'
import { exactly } from './text.ts'

const list = { name: 'list' }
const element = { name: 'element', isBinding: true }

/** Functions that evaluate a parameter for each value of a list. In it `[x]` is the value, when the element is called x. */
export const elementFunctions: readonly FunctionDefinition[] = [
  {
    name: `${ownPrefix}Map`,
    summary: 'What an expression makes of each value of a list; [x] is the value, [x.part] a part of it.',
    parameters: [list, element, { name: 'expression' }],
    ...exactly(3),
    result: 'list',
    evaluate: (call) =>
      readElements(call)
        .flatMap((item) => call.readFor(item, 2))
        .filter((item) => item !== null),
  },
  {
    name: `${ownPrefix}Filter`,
    summary: 'The values of a list for which a condition holds; [x] is the value, [x.part] a part of it.',
    parameters: [list, element, { name: 'condition', isSingle: true }],
    ...exactly(3),
    result: 'first',
    evaluate: (call) => readElements(call).filter((item) => holds(call, item)),
  },
]

function readElements(call: Call): ListValue {
  const elements = readList(call, 0)
  if (elements.length <= elementsMax) return elements
  throw fail(call, 'TooLong', `the list may have at most ${elementsMax} values`, { argument: 0 })
}

function holds(call: Call, item: Value): boolean {
  return readCondition({ ...call, read: (index) => call.readFor(item, index) }, 2)
}
