/** Sizes at which the text of a filter or path is refused, so that no text costs more than microseconds. */
export type FilterLimits = {
  readonly charactersMax: number
  /** Parentheses and brackets within each other. */
  readonly depthMax: number
  /** Conditions and logical operators together. */
  readonly nodesMax: number
}

/** The limits that hold when none are given. */
export const filterLimits: FilterLimits = { charactersMax: 10_000, depthMax: 32, nodesMax: 500 }
