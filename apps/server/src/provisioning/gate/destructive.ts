import type { DestructiveClass } from '../../db/queries/gate.ts'

export type { DestructiveClass } from '../../db/queries/gate.ts'

/**
 * What can cost somebody something, and is counted before it is sent.
 *
 * - `disable`, `delete`: accounts, and groups
 * - `memberRemoval`: people who stay in the app and leave a team
 * - `clear`: attributes of accounts that stand are emptied or changed
 */
export const destructiveClasses = [
  'disable',
  'delete',
  'memberRemoval',
  'clear',
] as const satisfies readonly DestructiveClass[]

/** What whoever puts an item before the gate says of it; stored with the item (`work_items.destructive`). */
export type GateFacts = {
  /** Members that a team loses, without those who leave the app itself; 1 of everything else. */
  readonly count?: number
  /** Why, for people: what is the same of many is shown as one cause. */
  readonly cause?: string
  /** Attributes that had a value and are to have none. */
  readonly cleared?: readonly string[]
  /** Attributes that get another value. */
  readonly changed?: readonly string[]
}
