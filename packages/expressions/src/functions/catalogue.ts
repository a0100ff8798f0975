import { casingFunctions } from './casing.ts'
import { dateFunctions } from './dates.ts'
import type { FunctionDefinition } from './definition.ts'
import { elementFunctions } from './elements.ts'
import { encodingFunctions } from './encoding.ts'
import { listFunctions } from './lists.ts'
import { logicFunctions } from './logic.ts'
import { lookUpFunctions } from './look-ups.ts'
import { ownFunctions } from './own.ts'
import { randomFunctions } from './random.ts'
import { replaceFunction } from './replace.ts'
import { roleFunctions } from './roles.ts'
import { textFunctions } from './text.ts'
import { uniqueFunction } from './unique.ts'

/** All functions of the language, by name. */
export const functions: readonly FunctionDefinition[] = [
  ...textFunctions,
  ...casingFunctions,
  ...logicFunctions,
  ...listFunctions,
  ...dateFunctions,
  ...encodingFunctions,
  ...roleFunctions,
  ...randomFunctions,
  ...ownFunctions,
  ...elementFunctions,
  ...lookUpFunctions,
  replaceFunction,
  uniqueFunction,
].sort((left, right) => (left.name < right.name ? -1 : 1))

const byName: ReadonlyMap<string, FunctionDefinition> = new Map(functions.map((known) => [known.name, known]))

export function findFunction(name: string): FunctionDefinition | undefined {
  return byName.get(name)
}
