import { walk } from '@rollcall/expressions'
import { foldCase, type JsonObject } from '@rollcall/scim'
import type { Candidate } from '../../db/queries/app-accounts.ts'
import { evaluateMatches } from '../evaluate/matches.ts'
import { findStanding } from '../evaluate/scope.ts'
import type { CompiledMapping, CompiledMatch, CompiledObjectRules, CompiledRules } from '../rules/compiled.ts'
import type { SourceObject } from '../source/source-object.ts'
import type { TargetAbilities } from '../targets/target.ts'
import { toPlace } from '../targets/scim/attribute-place.ts'
import { valuesAt } from '../targets/scim/draft-resource.ts'
import type { CompareRules } from './compare-account.ts'

/** By what accounts and people are brought together. */
export type Discovery = {
  /** The first matching attribute that takes its value as it is; undefined: no rule has one. */
  readonly match: CompiledMatch | undefined
  /** What gives an account the id that only we give; undefined: nothing does, or the app does not keep it. */
  readonly own: CompiledMatch | undefined
}

export type AccountKeys = { readonly matchKey: string | null; readonly ownKey: string | null }

/** Longer values are told apart by so much of them. */
const keyCharactersMax = 500

export function toDiscovery(rules: CompiledObjectRules, { keepsExternalId }: TargetAbilities): Discovery {
  const own = keepsExternalId ? rules.mappings.find(({ target }) => target.toLowerCase() === 'externalid') : undefined
  return { match: rules.matching.flat().find(({ from }) => from.kind === 'direct'), own }
}

/** By what an account may be found. */
export function keysOfAccount({ match, own }: Discovery, resource: JsonObject): AccountKeys {
  return { matchKey: read(match, resource), ownKey: read(own, resource) }
}

function read(part: CompiledMatch | undefined, resource: JsonObject): string | null {
  return part === undefined ? null : toKey(valuesAt(resource, toPlace(part.target))[0])
}

/** By what an account of a person or team would be found, and whether there should be one. */
export function toCandidate(
  compiled: CompiledRules,
  rules: CompiledObjectRules,
  { discovery, source, now }: { readonly discovery: Discovery; readonly source: SourceObject; readonly now: Date },
): Candidate {
  const { isInScope, leaving } = findStanding(rules, compiled.assignment, source)
  const find = (part: CompiledMatch | undefined): string | null => {
    if (part === undefined) return null
    const subject = { source, isSoftDeleted: !isInScope || leaving !== undefined }
    const { matches } = evaluateMatches({ ...rules, matching: [[part]] }, subject, { now, isLinked: false })
    return toKey(matches[0]?.[0]?.value)
  }
  return {
    objectId: source.id,
    matchKey: find(discovery.match),
    ownKey: find(discovery.own),
    isAssigned: isInScope || (leaving !== 'NotAssigned' && leaving !== 'SourceDeleted' && leaving !== 'SourcePurged'),
    isInScope: isInScope && leaving === undefined,
  }
}

function toKey(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null
  return value === '' ? null : foldCase(String(value)).slice(0, keyCharactersMax)
}

/** What of the mappings is compared otherwise than the rest. */
export function toCompareRules({ mappings }: CompiledObjectRules, { keepsExternalId }: TargetAbilities): CompareRules {
  const calling = (name: string): ReadonlySet<string> =>
    new Set(mappings.filter((mapping) => calls(mapping, name)).map(({ target }) => target))
  return {
    redacted: calling('Redact'),
    additive: calling('AppRoleAssignmentsComplex'),
    unseen: new Set(['password', ...(keepsExternalId ? [] : ['externalid'])]),
  }
}

function calls({ from }: CompiledMapping, name: string): boolean {
  return (
    from.kind === 'expression' && [...walk(from.expression)].some((node) => node.kind === 'call' && node.name === name)
  )
}
