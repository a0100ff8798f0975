import type { RouteBody } from '@rollcall/admin-api'
import { useState } from 'react'

type People = RouteBody<'actOnPeople'>['people']
type Matching = Extract<People, { matching: unknown }>['matching']

/** Whom somebody means: those whom he marked, or all whom the list would show but a few. */
type Chosen =
  | { readonly kind: 'named'; readonly ids: ReadonlySet<string> }
  | { readonly kind: 'matching'; readonly except: ReadonlySet<string> }

export type PeopleSelection = {
  readonly count: number
  readonly isMatching: boolean
  /** As the table shows it. */
  readonly ids: ReadonlySet<string>
  change(ids: ReadonlySet<string>): void
  chooseAll(): void
  clear(): void
  /** As the API takes it. */
  toPeople(): People
}

const none: Chosen = { kind: 'named', ids: new Set() }

type Listed = {
  /** Filters of the list; another list begins with nobody chosen. */
  readonly filters: Matching
  readonly loaded: readonly string[]
  readonly total: number
}

/** Who is chosen of a list, also beyond what of it has been loaded. */
export function usePeopleSelection({ filters, loaded, total }: Listed): PeopleSelection {
  const key = JSON.stringify(filters)
  const [kept, keep] = useState({ key, chosen: none })
  const chosen = kept.key === key ? kept.chosen : none
  const set = (next: Chosen): void => keep({ key, chosen: next })
  const isMatching = chosen.kind === 'matching'
  return {
    isMatching,
    count: isMatching ? Math.max(0, total - chosen.except.size) : chosen.ids.size,
    ids: isMatching ? new Set(loaded.filter((id) => !chosen.except.has(id))) : chosen.ids,
    change: (ids) => {
      // Whoever clears the box of the head means all, not those who happen to be loaded.
      if (!isMatching || ids.size === 0) set({ kind: 'named', ids })
      else set({ kind: 'matching', except: new Set(loaded.filter((id) => !ids.has(id))) })
    },
    chooseAll: () => set({ kind: 'matching', except: new Set() }),
    clear: () => set(none),
    toPeople: () => (isMatching ? { matching: filters, except: [...chosen.except] } : { ids: [...chosen.ids] }),
  }
}
