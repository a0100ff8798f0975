import type { FunctionDefinition } from './definition.ts'

/** A function as its documentation writes it. */
export function printSignature({ name, parameters, minimum, maximum }: FunctionDefinition): string {
  const printed = parameters.map((parameter, index) => (index < minimum ? parameter.name : `[${parameter.name}]`))
  return `${name}(${[...printed, ...(maximum === Infinity ? ['…'] : [])].join(', ')})`
}
