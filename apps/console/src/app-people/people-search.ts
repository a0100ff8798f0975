export const peopleViews = ['assigned', 'scope', 'accounts'] as const
export const accountClasses = ['drift', 'missing', 'orphan', 'pending', 'equal'] as const
export const accountStandings = ['local', 'unassigned', 'assigned'] as const
export const linkStates = ['linked', 'unlinked', 'disabled', 'dead', 'ignored'] as const
export const kinds = ['user', 'team'] as const

/** All that a link to the people of an app carries. */
export type PeopleSearch = {
  readonly view?: 'scope' | 'accounts' | undefined
  readonly q?: string | undefined
  readonly kind?: (typeof kinds)[number] | undefined
  readonly state?: (typeof linkStates)[number] | undefined
  readonly class?: (typeof accountClasses)[number] | undefined
  readonly standing?: (typeof accountStandings)[number] | undefined
  /** The run that lists accounts now. */
  readonly run?: string | undefined
  /** The account that is open, by its kind and its id in the app. */
  readonly open?: string | undefined
}

export function toPeopleSearch(search: Record<string, unknown>): PeopleSearch {
  const text = (name: 'q' | 'run' | 'open') => {
    const value = search[name]
    return typeof value === 'string' && value !== '' ? { [name]: value } : {}
  }
  const one = <Known extends string>(name: string, known: readonly Known[]) => {
    const found = known.find((each) => each === search[name])
    return found === undefined ? {} : { [name]: found }
  }
  return {
    ...one('view', ['scope', 'accounts']),
    ...text('q'),
    ...one('kind', kinds),
    ...one('state', linkStates),
    ...one('class', accountClasses),
    ...one('standing', accountStandings),
    ...text('run'),
    ...text('open'),
  }
}
