import { scimError } from '../errors.ts'
import type { Leniency, Profile, Tolerance } from './leniencies.ts'

/** A tolerance that knows what it granted: each rule with the first place where it was needed. */
export type RecordingTolerance = Tolerance & { readonly fired: ReadonlyMap<Leniency, string | undefined> }

/** Accepts nothing beyond the letter of the RFCs. */
export const strictTolerance: Tolerance = { allows: () => false, replaceComplex: 'merge' }

/**
 * Makes the tolerance of one request from a profile; the style may insist on objects where a profile would take bare
 * texts. Make a new one for every request: `fired` says what this one needed.
 *
 * @example
 * ```ts
 * import { createTolerance, profiles } from '@rollcall/scim'
 *
 * const tolerance = createTolerance(profiles.entra)
 * console.log(tolerance.allows('booleanText', 'active'), tolerance.fired.get('booleanText')) // true active
 * ```
 */
export function createTolerance(
  profile: Profile,
  style: { readonly objectLists: readonly string[] } = { objectLists: [] },
): RecordingTolerance {
  const fired = new Map<Leniency, string | undefined>()
  return {
    allows(rule, at) {
      // The words of Datadog, which people who come from there look for.
      if (rule === 'bareMultiValue' && at !== undefined && style.objectLists.includes(at))
        throw scimError('invalidValue', `'${at}' should be object`)
      if (!profile.rules.has(rule)) return false
      if (!fired.has(rule)) fired.set(rule, at)
      return true
    },
    replaceComplex: profile.replaceComplex,
    fired,
  }
}
