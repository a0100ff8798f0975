import { usageFailure } from './failure.ts'

/** The version of rules that waits to go live. */
export function draftOf({ draftRevision }: { readonly draftRevision: number | null }): number {
  if (draftRevision !== null) return draftRevision
  throw usageFailure('There is no draft: save rules first, or name a version with --revision')
}
