import { ownPrefix } from '../limits.ts'
import { functions } from './catalogue.ts'
import { printSignature } from './signature.ts'

/** A function as an editor offers it. */
export type FunctionDescription = {
  readonly name: string
  /** With the names of the parameters; those in brackets may be left out. */
  readonly signature: string
  readonly summary: string
  /** Entra knows it. */
  readonly isPortable: boolean
  readonly parameters: readonly {
    readonly name: string
    readonly mayBeEmpty: boolean
    /** The bare words that it knows. */
    readonly words: readonly string[]
  }[]
}

/**
 * All functions of the language, by name; for completion and help.
 *
 * @example
 * ```ts
 * import { listFunctions } from '@rollcall/expressions'
 *
 * console.log(listFunctions().find(({ name }) => name === 'ToLower')?.signature) // ToLower(source, [culture])
 * ```
 */
export function listFunctions(): readonly FunctionDescription[] {
  return functions.map((definition) => ({
    name: definition.name,
    signature: printSignature(definition),
    summary: definition.summary,
    isPortable: !definition.name.startsWith(ownPrefix),
    parameters: definition.parameters.map(({ name, mayBeEmpty = false, words = [] }) => ({ name, mayBeEmpty, words })),
  }))
}
