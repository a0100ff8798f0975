/** Sizes at which the text of an expression is refused. */
export type ExpressionLimits = {
  readonly charactersMax: number
  /** Calls and parentheses within each other. */
  readonly depthMax: number
  /** Calls, attributes, literals and operators together. */
  readonly nodesMax: number
}

/** The limits that hold when none are given; 10,000 characters is Entra's own. */
export const expressionLimits: ExpressionLimits = { charactersMax: 10_000, depthMax: 64, nodesMax: 2_000 }

/** The longest text that an evaluation may make, in UTF-16 units: nested Replace calls could multiply without it. */
export const textUnitsMax = 262_144
/** UTF-16 units that a function may gather before its text is made and measured. */
export const gatheredUnitsMax = 10_000_000
/** Characters to which a text is padded at most. */
export const paddedCharactersMax = 1_000
/** The longest text that a pattern is searched in, in UTF-16 units. */
export const patternInputUnitsMax = 65_536
/** The longest pattern. */
export const patternCharactersMax = 2_000
/** Groups of a pattern within each other. */
export const patternDepthMax = 50
/** Steps of a pattern's automaton after repetitions are written out. */
export const patternStepsMax = 2_000
/** Visits of automaton steps that one call may cost: 10 to 20 ms, which no value of a directory comes near. */
export const patternWorkMax = 250_000
/** Values of a list that Map and Filter look at. */
export const elementsMax = 10_000
/** How often one evaluation may evaluate a part for a value of a list: one in another multiplies. */
export const elementWorkMax = 20_000
/** The longest text of RandomString. */
export const randomCharactersMax = 256
/** What the names of functions begin with that Entra does not know. */
export const ownPrefix = 'Rollcall.'
