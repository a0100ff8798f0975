import { scimError } from '../errors.ts'
import type { Tolerance } from '../profile/leniencies.ts'

/** Where a value comes from; bodies (POST, PUT) and PATCH differ on readOnly and unknown names. */
export type ValueContext = {
  readonly tolerance: Tolerance
  readonly source: 'body' | 'patch'
}

// CWE-1321: these are refused in every profile, so that nobody has to think about what "ignored" means for them.
const inheritedNames: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype'])

/** Passes when the profile ignores unknown names; throws `invalidSyntax` naming the attribute otherwise. */
export function ignoreUnknown(name: string, at: string, context: ValueContext): void {
  if (name.split(/[\s.:()[\]]/).some((part) => inheritedNames.has(part)))
    throw scimError('invalidSyntax', `"${at}" is no attribute`)
  const rule = context.source === 'body' ? 'unknownAttributes' : 'unknownPatchKeys'
  if (context.tolerance.allows(rule, at)) return
  throw scimError('invalidSyntax', `"${at}" is no attribute of this resource type`)
}

/**
 * Passes when a readOnly value may be ignored: always in a body (RFC 7644 §3.3 and §3.5.1),
 * in a PATCH value only by the profile (§3.5.2); throws `mutability` otherwise.
 */
export function ignoreReadOnly(at: string, context: ValueContext): void {
  if (context.source === 'body' || context.tolerance.allows('readOnlyValues', at)) return
  throw scimError('mutability', `"${at}" is readOnly`)
}
