import type { AttributeChange } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

/** Who changes something, when, and through which connection. */
export type ChangeOrigin = {
  readonly organizationId: string
  readonly connectionId: string | null
  readonly actor: string
  readonly requestId: string
  readonly now: Date
}

/** `$1` to `$5` of statements that write their own change. */
export function originValues(origin: ChangeOrigin): readonly unknown[] {
  return [origin.organizationId, origin.connectionId, origin.now, origin.actor, origin.requestId]
}

/** The columns that a statement fills in which writes its own change. */
export const changeColumns =
  'organization_id, at, action, subject_kind, subject_id, subject_version, connection_id, actor, request_id, cut_count, data'

/** What the directory records; other areas record actions of their own in the same table. */
export type DirectoryAction =
  | 'user.created'
  | 'user.updated'
  | 'user.suspended'
  | 'user.reactivated'
  | 'user.deleted'
  | 'user.activated'
  | 'user.adopted'
  | 'user.restored'
  | 'user.purged'
  | 'user.handed_over'
  | 'user.override_began'
  | 'user.override_ended'
  | 'user.relinked'
  | 'team.created'
  | 'team.updated'
  | 'team.deleted'
  | 'team.members_changed'
  | 'resource.created'
  | 'resource.updated'
  | 'resource.deleted'
  | 'user.released'
  | 'user.claimed'
  | 'team.released'
  | 'team.claimed'
  | 'team.restored'
  | 'team.purged'
  | 'hold.opened'
  | 'hold.expired'
  | 'hold.undone'
  | 'hold.approved'
  | 'hold.discarded'

/** What a change was: enough to tell the state before and after. Never a password. */
export type ChangeData = {
  readonly via: string
  readonly changes?: readonly AttributeChange[]
  /** What a deleted resource was called. */
  readonly scimId?: string
  /** Why, in the words of the person who did it. */
  readonly reason?: string
  /** Who has it now, and what: a handover. Our ids. */
  readonly to?: string
  readonly given?: readonly string[]
  /** Of the rule of a team. */
  readonly revision?: number
  /** What an override is about. */
  readonly attributes?: readonly string[]
  /** Our ids. Where there are too many to name, `membership_history` and `memberships` have them by their times. */
  readonly members?: MemberChanges
}

export type MemberChanges = {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly addedCount?: number
  readonly removedCount?: number
}

/** So many members are named in one change. */
export const namedMembersMax = 10_000

/** The ids, or only how many they are when naming them would make the row enormous. */
export function toMemberChanges(added: readonly string[], removed: readonly string[]): MemberChanges {
  if (added.length + removed.length <= namedMembersMax) return { added, removed }
  return { added: [], removed: [], addedCount: added.length, removedCount: removed.length }
}

/** One row of `changes`, in the caller's transaction. */
export async function insertChange(
  tx: Queryable,
  origin: ChangeOrigin,
  change: {
    readonly action: DirectoryAction
    readonly subjectKind: string
    readonly subjectId: string
    readonly subjectVersion: number
    readonly cutCount: number
    readonly data: ChangeData
  },
): Promise<void> {
  await tx.query(insert, [
    origin.organizationId,
    origin.now,
    change.action,
    change.subjectKind,
    change.subjectId,
    change.subjectVersion,
    origin.connectionId,
    origin.actor,
    origin.requestId,
    change.cutCount,
    JSON.stringify(change.data),
  ])
}

const insert = {
  name: 'insert_change',
  text: `insert into changes (${changeColumns})
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb)`,
}

/**
 * Makes the cutting writes of a connection take turns until the end of the transaction, and counts the people it has
 * cut off since then.
 */
export async function countCuts(tx: Queryable, origin: ChangeOrigin, since: Date): Promise<number> {
  const { rows } = await tx.query<{ cuts: number }>(count, [origin.organizationId, origin.connectionId, since])
  return rows[0]?.cuts ?? 0
}

const count = { name: 'count_cuts', text: 'select count_cuts($1, $2, $3) as cuts' }

/** How many of the cuts since then were people who lost their account, who are missing among the active ones now. */
export async function countLostAccounts(tx: Queryable, origin: ChangeOrigin, since: Date): Promise<number> {
  const { rows } = await tx.query<{ lost: number }>(lost, [origin.organizationId, since])
  return rows[0]?.lost ?? 0
}

const lost = {
  name: 'count_lost_accounts',
  text: `select coalesce(sum(cut_count), 0)::bigint as lost from changes
    where organization_id = $1 and at > $2 and cut_count > 0 and subject_kind = 'user'`,
}
