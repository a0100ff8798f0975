import type { Queryable } from '../pool.ts'
import { insertChange, type ChangeOrigin } from './changes.ts'
import { firstId } from './rows.ts'

/** What would happen to whom; a team's deletion and a person's have no member besides. */
export type HeldChange = {
  readonly action: 'suspend' | 'delete' | 'remove'
  readonly subjectKind: 'user' | 'team'
  /** Our ids. */
  readonly subjectId: string
  /** Of `remove`: who leaves the team; else the subject itself. */
  readonly memberId: string
}

export type HoldRow = {
  readonly id: string
  readonly connection_id: string
  readonly state: 'open' | 'approved' | 'discarded' | 'expired' | 'undone'
  readonly threshold: number
  readonly opened_at: Date
  readonly decided_at: Date | null
  readonly decided_by: string | null
  readonly undone_at: Date | null
  readonly undone_by: string | null
  readonly version: number
  readonly change_count: number
}

/** The open hold of the connection, made when there is none. */
export async function openHold(
  tx: Queryable,
  origin: ChangeOrigin,
  hold: { readonly id: string; readonly threshold: number },
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { organizationId, connectionId, now } = origin
  const made = await tx.query<{ id: string }>(insert, [organizationId, hold.id, connectionId, hold.threshold, now])
  const id = made.rows[0]?.id
  if (id !== undefined) return { id, isNew: true }
  const { rows } = await tx.query<{ id: string }>(selectOpen, [organizationId, connectionId])
  return rows[0] === undefined ? openHold(tx, origin, hold) : { id: rows[0].id, isNew: false }
}

const insert = {
  name: 'open_hold',
  text: `insert into holds (organization_id, id, connection_id, state, threshold, opened_at) values ($1, $2, $3, 'open', $4, $5)
    on conflict (organization_id, connection_id) where state = 'open' do nothing returning id`,
}

// Locked, so that nobody decides it while changes are being added.
const selectOpen = {
  name: 'select_open_hold',
  text: `select id from holds where organization_id = $1 and connection_id = $2 and state = 'open' for update`,
}

/** Adds what a client asked for; asked again, it stands there once. */
export async function insertHeldChanges(
  tx: Queryable,
  origin: ChangeOrigin,
  holdId: string,
  changes: readonly HeldChange[],
): Promise<void> {
  await tx.query(insertChanges, [
    origin.organizationId,
    holdId,
    origin.now,
    changes.map((change) => change.action),
    changes.map((change) => change.subjectKind),
    changes.map((change) => change.subjectId),
    changes.map((change) => change.memberId),
  ])
}

const insertChanges = {
  name: 'insert_held_changes',
  text: `insert into held_changes (organization_id, hold_id, action, subject_kind, subject_id, member_id, requested_at)
    select $1, $2, c.action, c.subject_kind, c.subject_id, c.member_id, $3
    from unnest($4::text[], $5::text[], $6::uuid[], $7::uuid[]) c (action, subject_kind, subject_id, member_id)
    on conflict do nothing`,
}

const holdColumns = `h.id, h.connection_id, h.state, h.threshold, h.opened_at, h.decided_at, h.decided_by, h.undone_at, h.undone_by, h.version,
  (select count(*) from held_changes c where c.organization_id = h.organization_id and c.hold_id = h.id) as change_count`

export async function selectHold(db: Queryable, organizationId: string, id: string): Promise<HoldRow | undefined> {
  const text = `select ${holdColumns} from holds h where h.organization_id = $1 and h.id = $2`
  const { rows } = await db.query<HoldRow>({ text }, [organizationId, id])
  return rows[0]
}

/** Newest first; `before` is the id of the last one of the page before. */
export async function selectHolds(
  db: Queryable,
  organizationId: string,
  page: { readonly state: HoldRow['state'] | undefined; readonly before: string | undefined; readonly rowsMax: number },
): Promise<readonly HoldRow[]> {
  const text = `select ${holdColumns} from holds h
    where h.organization_id = $1 and ($2::text is null or h.state = $2) and ($3::uuid is null or h.id < $3)
    order by h.id desc limit $4`
  const values = [organizationId, page.state ?? null, page.before ?? null, page.rowsMax]
  const { rows } = await db.query<HoldRow>({ text }, values)
  return rows
}

export type HeldChangeRow = {
  readonly action: HeldChange['action']
  readonly subject_kind: HeldChange['subjectKind']
  readonly subject_id: string
  readonly subject_name: string | null
  readonly member_id: string
  readonly member_name: string | null
  readonly requested_at: Date
  /** When an approval carried it out; null: it had happened by another way, or not at all. */
  readonly applied_at: Date | null
  /** The SCIM id that it took away. */
  readonly scim_id: string | null
  readonly undone: 'restored' | 'kept' | null
  /** Why it was kept. */
  readonly reason: string | null
  /** Keys of the person that were revoked with it, for good. */
  readonly revoked_keys: readonly { readonly id: string; readonly name: string; readonly hint: string }[]
}

/** What a hold holds, with the names as they are now, behind a row of an earlier page. */
export async function selectHeldChanges(
  db: Queryable,
  organizationId: string,
  page: {
    readonly holdId: string
    readonly after: Pick<HeldChangeRow, 'action' | 'subject_id' | 'member_id'> | undefined
    readonly rowsMax: number
  },
): Promise<readonly HeldChangeRow[]> {
  const { holdId, after, rowsMax } = page
  const values = [
    organizationId,
    holdId,
    after?.action ?? '',
    after?.subject_id ?? firstId,
    after?.member_id ?? firstId,
    rowsMax,
  ]
  const { rows } = await db.query<HeldChangeRow>({ text: heldChanges }, values)
  return rows
}

const heldChanges = `select c.action, c.subject_kind, c.subject_id, coalesce(su.display, st.display) as subject_name,
    c.member_id, m.display as member_name, c.requested_at, c.applied_at, c.scim_id,
    c.undone, c.reason,
    coalesce((
      select json_agg(json_build_object('id', k.id, 'name', k.name, 'hint', k.hint) order by k.id) from keys k
      where k.organization_id = c.organization_id and k.user_id = c.subject_id and k.revoked_at = c.applied_at
        and k.kind not in ('tok', 'ref')
    ), '[]') as revoked_keys
  from held_changes c
  left join users su on c.subject_kind = 'user' and su.organization_id = c.organization_id and su.id = c.subject_id
  left join teams st on c.subject_kind = 'team' and st.organization_id = c.organization_id and st.id = c.subject_id
  left join users m on c.action = 'remove' and m.organization_id = c.organization_id and m.id = c.member_id
  where c.organization_id = $1 and c.hold_id = $2 and (c.action, c.subject_id, c.member_id) > ($3, $4::uuid, $5::uuid)
  order by c.action, c.subject_id, c.member_id limit $6`

/** Decides an open hold; undefined when it is not open any more. */
export async function decideHold(
  tx: Queryable,
  decision: {
    readonly organizationId: string
    readonly id: string
    readonly state: 'approved' | 'discarded' | 'expired'
    readonly decidedBy: string
    readonly now: Date
  },
): Promise<{ readonly connectionId: string; readonly version: number } | undefined> {
  const { organizationId, id, state, decidedBy, now } = decision
  const text = `update holds set state = $3, decided_by = $4, decided_at = $5, version = version + 1
    where organization_id = $1 and id = $2 and state = 'open' returning connection_id as "connectionId", version`
  const { rows } = await tx.query<{ connectionId: string; version: number }>({ text }, [
    organizationId,
    id,
    state,
    decidedBy,
    now,
  ])
  return rows[0]
}

/** Writes down what became of a hold. */
export function insertHoldChange(
  tx: Queryable,
  origin: ChangeOrigin,
  hold: {
    readonly id: string
    readonly version: number
    readonly event: 'opened' | Exclude<HoldRow['state'], 'open'>
  },
): Promise<void> {
  return insertChange(tx, origin, {
    action: `hold.${hold.event}`,
    subjectKind: 'hold',
    subjectId: hold.id,
    subjectVersion: hold.version,
    cutCount: 0,
    data: { via: 'guard' },
  })
}

/** A held change that an approval carried out. */
export type AppliedChange = {
  readonly action: HeldChange['action']
  readonly subjectId: string
  readonly memberId: string
  readonly scimId: string | null
}

export async function markApplied(
  tx: Queryable,
  origin: Pick<ChangeOrigin, 'organizationId' | 'now'>,
  holdId: string,
  changes: readonly AppliedChange[],
): Promise<void> {
  if (changes.length === 0) return
  await tx.query(
    {
      text: `update held_changes h set applied_at = $3, scim_id = c.scim_id
        from unnest($4::text[], $5::uuid[], $6::uuid[], $7::uuid[]) c (action, subject_id, member_id, scim_id)
        where h.organization_id = $1 and h.hold_id = $2 and h.action = c.action and h.subject_id = c.subject_id
          and h.member_id = c.member_id`,
    },
    [
      origin.organizationId,
      holdId,
      origin.now,
      changes.map((change) => change.action),
      changes.map((change) => change.subjectId),
      changes.map((change) => change.memberId),
      changes.map((change) => change.scimId),
    ],
  )
}
