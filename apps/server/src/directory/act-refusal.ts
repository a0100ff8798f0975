import { ScimError } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { isLastOwner, lastOwnerReason } from '../access/last-owner.ts'
import { LockedError } from './ownership.ts'
import { TeamError } from './team-error.ts'

/** Why one of many was left out; undefined for a fault that a repetition may cure. */
export function toRefusal(error: unknown): { readonly code: string; readonly detail: string } | undefined {
  if (error instanceof AccessError || error instanceof TeamError) return { code: error.code, detail: error.message }
  if (error instanceof LockedError) return { code: 'locked', detail: error.message }
  if (error instanceof ScimError && error.status < 500)
    return { code: error.scimType ?? 'conflict', detail: error.message }
  if (isLastOwner(error)) return { code: 'lastOwner', detail: lastOwnerReason }
  return undefined
}
