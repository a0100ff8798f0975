import { brokenGuard } from '../db/queries/constraint.ts'

/** Said wherever the last owner would go. */
export const lastOwnerReason =
  'This is the last owner of the organization who can act: make somebody else owner first. Nothing was changed'

/** Whether the database refused a change because nobody would be left; it sees every way in which an owner may go. */
export function isLastOwner(error: unknown): boolean {
  return brokenGuard(error) === 'last_owner'
}
