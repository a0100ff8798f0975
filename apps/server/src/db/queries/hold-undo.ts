import type { Queryable } from '../pool.ts'
import type { HeldChangeRow } from './holds.ts'

/** Takes an approved hold back; undefined when it is not approved, or was undone. */
export async function updateHoldUndone(
  tx: Queryable,
  hold: {
    readonly organizationId: string
    readonly id: string
    readonly undoneBy: string
    readonly now: Date
    /** Approved before then, it stays. */
    readonly since: Date
  },
): Promise<{ readonly connectionId: string; readonly version: number } | undefined> {
  const { rows } = await tx.query<{ connectionId: string; version: number }>(
    {
      text: `update holds set state = 'undone', undone_at = $4, undone_by = $3, version = version + 1
        where organization_id = $1 and id = $2 and state = 'approved' and decided_at > $5
        returning connection_id as "connectionId", version`,
    },
    [hold.organizationId, hold.id, hold.undoneBy, hold.now, hold.since],
  )
  return rows[0]
}

/** What became of the undoing of each change. */
export type UndoneChange = Pick<HeldChangeRow, 'action' | 'subject_id' | 'member_id'> & {
  /** Null: restored. */
  readonly reason: string | null
}

export async function markUndone(
  tx: Queryable,
  organizationId: string,
  holdId: string,
  changes: readonly UndoneChange[],
): Promise<void> {
  await tx.query(
    {
      text: `update held_changes h set undone = case when c.reason is null then 'restored' else 'kept' end, reason = c.reason
        from unnest($3::text[], $4::uuid[], $5::uuid[], $6::text[]) c (action, subject_id, member_id, reason)
        where h.organization_id = $1 and h.hold_id = $2 and h.action = c.action and h.subject_id = c.subject_id
          and h.member_id = c.member_id`,
    },
    [
      organizationId,
      holdId,
      changes.map((change) => change.action),
      changes.map((change) => change.subject_id),
      changes.map((change) => change.member_id),
      changes.map((change) => change.reason),
    ],
  )
}

/** Open holds of all organizations with what their connections say about waiting, oldest first. */
export async function selectWaitingHolds(
  db: Queryable,
  query: { readonly before: Date; readonly rowsMax: number },
): Promise<
  readonly {
    readonly organizationId: string
    readonly id: string
    readonly openedAt: Date
    readonly settings: unknown
  }[]
> {
  const { rows } = await db.query<{
    organizationId: string
    id: string
    openedAt: Date
    settings: unknown
  }>(
    {
      text: `select h.organization_id as "organizationId", h.id, h.opened_at as "openedAt", c.settings
        from holds h left join connections c on c.organization_id = h.organization_id and c.id = h.connection_id
        where h.state = 'open' and h.opened_at < $1 order by h.opened_at limit $2`,
    },
    [query.before, query.rowsMax],
  )
  return rows
}
