import type { Target } from '../targets/target.ts'
import type { Search } from './trace-steps.ts'

/** The same target; what it is asked for accounts is told. */
export function watchSearches(target: Target, onSearch: (search: Search) => void): Target {
  return {
    ...target,
    find: async (kind, query, signal) => {
      const outcome = await target.find(kind, query, signal)
      onSearch({ query, outcome })
      return outcome
    },
  }
}
