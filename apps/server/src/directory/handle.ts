import { scimError } from '@rollcall/scim'

/** Handles stand in URLs; a longer one is cut. */
const handleCharactersMax = 200

// Datadog: what names of teams consist of; a space becomes an underscore.
const teamName = /^[a-zA-Z0-9._:/ -]+$/
const handleShape = /^(?=.*[a-z0-9])[a-z0-9._:/-]*[a-z0-9.:/-]$/

/** Whether a text may be a handle as it is. */
export function isHandle(text: string): boolean {
  return text.length <= handleCharactersMax && handleShape.test(text)
}

/**
 * The handle that a name gives: lower case, `_` for spaces, `-` for what no handle may hold, no `_` at its end.
 * Undefined when nothing of it is left, as of a name without a Latin letter or digit.
 */
export function toHandle(name: string): string | undefined {
  const text = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .trim()
    .replace(/\s/gu, '_')
    .replace(/[^a-z0-9._:/-]+/g, '-')
    .slice(0, handleCharactersMax)
    .replace(/_+$/, '')
  return isHandle(text) ? text : undefined
}

/** A handle that nobody has, for a team whose name gives none or one that is taken. */
export function toOwnHandle(handle: string | undefined, id: string): string {
  // The last twelve digits of a UUIDv7 are random.
  const suffix = id.slice(-12)
  return handle === undefined ? `team-${suffix}` : `${handle.slice(0, handleCharactersMax - 13)}-${suffix}`
}

/** Refuses names that Datadog has no team for, with the rule. */
export function refuseTeamName(name: string): void {
  if (teamName.test(name) && toHandle(name) !== undefined) return
  throw scimError(
    'invalidValue',
    `displayName "${name.slice(0, 200)}" can be no name of a team: it may hold a-z, A-Z, 0-9, spaces and ._-:/, ` +
      'and at least one letter or digit',
  )
}
