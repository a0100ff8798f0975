import type { Kind } from './rules.ts'

export const pinnedMax = 5

export type PinnedPlace = {
  readonly organization: string
  /** What the address says. */
  readonly tried: string | undefined
  readonly kind: Kind
}

/** On whom rules are tried: those of the address, else those of the last time in this browser; only those of one kind. */
export function readPinned({ organization, tried, kind }: PinnedPlace): readonly string[] {
  const prefix = kind === 'user' ? 'usr_' : 'team_'
  const text = tried ?? localStorage.getItem(toKey(organization)) ?? ''
  return text
    .split(',')
    .filter((id) => id.startsWith(prefix))
    .slice(0, pinnedMax)
}

/** The text of the address for these; kept for the next time as well. */
export function writePinned(ids: readonly string[], place: PinnedPlace): string {
  const others = readPinned({ ...place, kind: place.kind === 'user' ? 'team' : 'user' })
  const text = [...ids, ...others].join(',')
  localStorage.setItem(toKey(place.organization), text)
  return text
}

function toKey(organization: string): string {
  return `rollcall-rules-tried ${organization}`
}
