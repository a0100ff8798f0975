import type { FunctionDefinition } from './definition.ts'

/** SelectUniqueValue; the evaluator itself asks whether a candidate is taken, since that may take time. */
export const uniqueFunction: FunctionDefinition = {
  name: 'SelectUniqueValue',
  summary: 'The first value that nobody has in the target yet.',
  parameters: [
    { name: 'rule1', isSingle: true },
    { name: 'rule2', isSingle: true },
  ],
  minimum: 2,
  maximum: Infinity,
  result: 'text',
  isOutermostOnly: true,
  evaluate: (call) => call.read(0),
}
