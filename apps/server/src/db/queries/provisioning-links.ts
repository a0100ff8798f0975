import type { Queryable } from '../pool.ts'
import { toTextArray, toUuidArray } from '../binary-array.ts'
import type { AppOf, ObjectKind } from './provisioning-work.ts'
import { toRowSource, type SourceColumn } from './row-source.ts'

/**
 * - `unlinked`: no account is known
 * - `disabled`: its object left and the account was disabled
 * - `dead`: the account was deleted
 * - `ignored`: a person decided that nothing happens to it
 */
type LinkState = 'unlinked' | 'linked' | 'disabled' | 'dead' | 'ignored'

/** What a request that is on its way does. */
export type RequestKind = 'create' | 'update' | 'remove'

/** Which account in the app is the object, and what is known for certain about it. */
export type Link = {
  readonly objectId: string
  readonly kind: ObjectKind
  readonly state: LinkState
  readonly isInScope: boolean
  readonly origin: 'created' | 'adopted' | null
  readonly targetKey: string | null
  readonly desiredHash: Buffer | null
  /** Of what was sent for certain; null as soon as a request leaves. */
  readonly appliedHash: Buffer | null
  readonly rulesRevision: number | null
  readonly objectVersion: number | null
  /** Set before a request leaves, cleared when its outcome is certain. */
  readonly inFlightAt: Date | null
  readonly inFlightAction: RequestKind | null
  /** Until then a request may still be applied that nobody knows the end of. */
  readonly uncertainUntil: Date | null
  /** Until such a request can no longer come, what was written after it is not safe: then it is sent again. */
  readonly recheckAt: Date | null
  /** How often creation met an account that cannot be seen, and when it did first. */
  readonly conflicts: number
  readonly conflictAt: Date | null
  readonly attempts: number
  readonly failureCode: string | null
  readonly failureAttribute: string | null
  readonly failureDetail: string | null
  readonly firstFailedAt: Date | null
  readonly failedAt: Date | null
  readonly failureFingerprint: Buffer | null
  readonly appliedAt: Date | null
  readonly leftAt: Date | null
  readonly deleteDueAt: Date | null
}

type Column = SourceColumn<Link>

/** What evaluation knows of an object. */
const evaluated: readonly Column[] = [
  ['is_in_scope', 'boolean', (link) => link.isInScope],
  ['desired_hash', 'bytea', (link) => link.desiredHash],
  ['rules_revision', 'integer', (link) => link.rulesRevision],
  ['object_version', 'bigint', (link) => link.objectVersion],
]

/** What sending it knows. Whoever writes this holds the object's turn. */
const exported: readonly Column[] = [
  ['state', 'text', (link) => link.state],
  ['origin', 'text', (link) => link.origin],
  ['target_key', 'text', (link) => link.targetKey],
  ['applied_hash', 'bytea', (link) => link.appliedHash],
  ['in_flight_at', 'timestamptz', (link) => link.inFlightAt],
  ['in_flight_action', 'text', (link) => link.inFlightAction],
  ['uncertain_until', 'timestamptz', (link) => link.uncertainUntil],
  ['recheck_at', 'timestamptz', (link) => link.recheckAt],
  ['conflicts', 'smallint', (link) => link.conflicts],
  ['conflict_at', 'timestamptz', (link) => link.conflictAt],
  ['attempts', 'smallint', (link) => link.attempts],
  ['failure_code', 'text', (link) => link.failureCode],
  ['failure_attribute', 'text', (link) => link.failureAttribute],
  ['failure_detail', 'text', (link) => link.failureDetail],
  ['first_failed_at', 'timestamptz', (link) => link.firstFailedAt],
  ['failed_at', 'timestamptz', (link) => link.failedAt],
  ['failure_fingerprint', 'bytea', (link) => link.failureFingerprint],
  ['applied_at', 'timestamptz', (link) => link.appliedAt],
  ['left_at', 'timestamptz', (link) => link.leftAt],
  ['delete_due_at', 'timestamptz', (link) => link.deleteDueAt],
]

/** Of a new link. */
const unlinked: readonly Column[] = [['state', 'text', () => 'unlinked']]

const identity: readonly Column[] = [
  ['object_id', 'uuid', (link) => link.objectId],
  ['kind', 'text', (link) => link.kind],
]

/** A link, and what was last sent for certain (printDesired). */
export type LinkRow = Link & { readonly sent: string | null }

const selected = `l.object_id as "objectId", l.kind, l.state, l.is_in_scope as "isInScope", l.origin, l.target_key as "targetKey",
  l.desired_hash as "desiredHash", l.applied_hash as "appliedHash", l.rules_revision as "rulesRevision", l.object_version as "objectVersion",
  l.in_flight_at as "inFlightAt", l.in_flight_action as "inFlightAction", l.uncertain_until as "uncertainUntil",
  l.recheck_at as "recheckAt", l.conflicts, l.conflict_at as "conflictAt", l.attempts, l.failure_code as "failureCode",
  l.failure_attribute as "failureAttribute", l.failure_detail as "failureDetail", l.first_failed_at as "firstFailedAt", l.failed_at as "failedAt",
  l.failure_fingerprint as "failureFingerprint", l.applied_at as "appliedAt", l.left_at as "leftAt",
  l.delete_due_at as "deleteDueAt"`

/** Links of these objects, with what was sent; those that have none are left out. */
export async function selectLinks(
  db: Queryable,
  app: AppOf,
  objectIds: readonly string[],
): Promise<readonly LinkRow[]> {
  if (objectIds.length === 0) return []
  const { rows } = await db.query<LinkRow>(byObjects, [app.organizationId, app.appId, toUuidArray(objectIds)])
  return rows
}

// See the statements of work_items: rows are found one by one.
const byObjects = {
  text: `select l.*, s.sent from unnest($3::uuid[]) m (id)
    cross join lateral (
      select ${selected} from links l where l.organization_id = $1 and l.app_id = $2 and l.object_id = m.id offset 0) l
    left join lateral (
      select s.sent from link_shadows s where s.organization_id = $1 and s.app_id = $2 and s.object_id = m.id offset 0
    ) s on true`,
}

/** Writes what was evaluated, and makes links that are new; what sending knows is left as it is. */
export async function upsertEvaluated(tx: Queryable, app: AppOf, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return
  await upsert(tx, app, { inserted: [...identity, ...unlinked, ...evaluated], updated: evaluated, links })
}

/** Forgets objects that have no account and want none. */
export async function deleteEmptyLinks(tx: Queryable, app: AppOf, objectIds: readonly string[]): Promise<void> {
  if (objectIds.length === 0) return
  await tx.query(deleteEmpty, [app.organizationId, app.appId, toUuidArray(objectIds)])
}

const deleteEmpty = {
  text: `delete from links where organization_id = $1 and app_id = $2 and object_id = any($3::uuid[])
    and state = 'unlinked' and in_flight_at is null`,
}

/**
 * What was sent counts no more: all of it is sent again. Whoever has an object in work writes down what it read before, so of
 * such a one it is forgotten what it should be; its next evaluation finds that (`isVoided`). After the objects were queued.
 */
export async function clearApplied(tx: Queryable, app: AppOf, objectIds: readonly string[]): Promise<void> {
  if (objectIds.length === 0) return
  await tx.query(clear, [app.organizationId, app.appId, toUuidArray(objectIds)])
}

const isInWork = `exists (select from work_items w where w.organization_id = $1 and w.app_id = $2
  and w.object_id = l.object_id and w.lease_owner is not null)`

const clear = {
  text: `update links l set applied_hash = null, desired_hash = case when ${isInWork} then null else l.desired_hash end
    where l.organization_id = $1 and l.app_id = $2 and l.object_id = any($3::uuid[])
      and (l.applied_hash is not null or ${isInWork})`,
}

/** Writes what sending knows. */
export async function updateExported(tx: Queryable, app: AppOf, links: readonly Link[]): Promise<void> {
  if (links.length === 0 || (await updateRows(tx, app, links)) === links.length) return
  await upsert(tx, app, { inserted: [...identity, ...evaluated, ...exported], updated: exported, links })
}

/** Cheaper than an upsert where the rows stand; one that somebody writes meanwhile is not among those that it counts. */
async function updateRows(tx: Queryable, { organizationId, appId }: AppOf, links: readonly Link[]): Promise<number> {
  const { list, from, values } = toRowSource([...identity.slice(0, 1), ...exported], links, 3)
  const text = `update links l set ${exported.map(([name]) => `${name} = m.${name}`).join(', ')}
    from (select ${list} from ${from} order by r.object_id) m
    cross join lateral (
      select k.ctid from links k where k.organization_id = $1 and k.app_id = $2 and k.object_id = m.object_id offset 0) k
    where l.ctid = k.ctid`
  const { rowCount } = await tx.query({ text }, [organizationId, appId, ...values])
  return rowCount
}

/** In the order of ids, so that two of these never wait for each other. */
async function upsert(
  tx: Queryable,
  { organizationId, appId }: AppOf,
  write: { readonly inserted: readonly Column[]; readonly updated: readonly Column[]; readonly links: readonly Link[] },
): Promise<void> {
  const { inserted, updated, links } = write
  const { list, from, values } = toRowSource(inserted, links, 3)
  const text = `insert into links (organization_id, app_id, ${inserted.map(([name]) => name).join(', ')})
    select $1, $2, ${list} from ${from} order by r.object_id
    on conflict (organization_id, app_id, object_id) do update set
      ${updated.map(([name]) => `${name} = excluded.${name}`).join(', ')}`
  await tx.query({ text }, [organizationId, appId, ...values])
}

/** One object's turn with its request about to leave. */
export type Mark = { readonly link: Link; readonly epoch: number; readonly leaseUntil: Date }

/**
 * Writes down that requests are about to leave, of turns that are ours for so long still; gives their objects. Nobody takes
 * such a turn over while this is written, so nothing has to be locked. A link that somebody changes meanwhile is left out.
 */
export async function markLeased(
  db: Queryable,
  app: AppOf,
  marks: readonly Mark[],
  leasedUntil: Date,
): Promise<ReadonlySet<string>> {
  const { list, from, values } = toRowSource(markColumns, marks, 4)
  // See the statements of work_items: rows are found one by one.
  const text = `update links l set ${marking}
    from (select ${list} from ${from} order by r.id) m
    cross join lateral (
      select from work_items f
      where f.organization_id = $1 and f.app_id = $2 and f.object_id = m.id and f.lease_epoch = m.epoch
        and f.lease_owner is not null and f.lease_until >= $3 offset 0) f
    cross join lateral (
      select k.ctid, k.xmin from links k
      where k.organization_id = $1 and k.app_id = $2 and k.object_id = m.id offset 0) k
    where l.ctid = k.ctid and l.xmin is not distinct from k.xmin returning m.id`
  const { rows } = await db.query<{ id: string }>({ text }, [app.organizationId, app.appId, leasedUntil, ...values])
  return new Set(rows.map(({ id }) => id))
}

const markColumns: readonly SourceColumn<Mark>[] = [
  ['id', 'uuid', ({ link }) => link.objectId],
  ['epoch', 'bigint', ({ epoch }) => epoch],
  ['at', 'timestamptz', ({ link }) => link.inFlightAt],
  ['action', 'text', ({ link }) => link.inFlightAction],
  ['uncertain', 'timestamptz', ({ link }) => link.uncertainUntil],
]

const marking = 'in_flight_at = m.at, in_flight_action = m.action, uncertain_until = m.uncertain, applied_hash = null'

/**
 * The same of turns that `lockWork` has locked, whose lease is made longer than any request: nobody takes one over while
 * its request is on its way.
 */
export async function markLocked(tx: Queryable, app: AppOf, marks: readonly Mark[]): Promise<ReadonlySet<string>> {
  if (marks.length === 0) return new Set()
  const { list, from, values } = toRowSource([...markColumns, leaseColumn], marks, 3)
  const text = `with m as materialized (
      select m.*, f.ctid as place, k.ctid as link
      from (select ${list} from ${from} order by r.id) m
      cross join lateral (
        select f.ctid from work_items f
        where f.organization_id = $1 and f.app_id = $2 and f.object_id = m.id and f.lease_epoch = m.epoch offset 0) f
      cross join lateral (
        select k.ctid from links k where k.organization_id = $1 and k.app_id = $2 and k.object_id = m.id for update) k
    ), extended as (
      update work_items w set lease_until = m.lease_until from m where w.ctid = m.place
    )
    update links l set ${marking} from m where l.ctid = m.link returning m.id`
  const { rows } = await tx.query<{ id: string }>({ text }, [app.organizationId, app.appId, ...values])
  return new Set(rows.map(({ id }) => id))
}

const leaseColumn: SourceColumn<Mark> = ['lease_until', 'timestamptz', ({ leaseUntil }) => leaseUntil]

/** Whose accounts these are; deleted ones are nobody's. */
export async function selectLinkedKeys(
  db: Queryable,
  app: AppOf,
  kind: ObjectKind,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ key: string; id: string }>(byKeys, [
    app.organizationId,
    app.appId,
    kind,
    toTextArray(keys),
  ])
  return new Map(rows.map(({ key, id }) => [key, id]))
}

const byKeys = {
  text: `select target_key as key, object_id as id from links
    where organization_id = $1 and app_id = $2 and kind = $3 and target_key = any($4::text[]) and state <> 'dead'`,
}

export type Shadow = { readonly objectId: string; readonly sent: string; readonly echoed: string | null }

/** Keeps what was sent for certain, and what the app answered to it. */
export async function upsertShadows(tx: Queryable, app: AppOf, shadows: readonly Shadow[]): Promise<void> {
  if (shadows.length === 0) return
  await tx.query(upsertSent, [
    app.organizationId,
    app.appId,
    toUuidArray(shadows.map(({ objectId }) => objectId)),
    toTextArray(shadows.map(({ sent }) => sent)),
    toTextArray(shadows.map(({ echoed }) => echoed)),
  ])
}

const upsertSent = {
  text: `insert into link_shadows (organization_id, app_id, object_id, sent, echoed)
    select $1, $2, m.* from unnest($3::uuid[], $4::text[], $5::text[]) m order by 3
    on conflict (organization_id, app_id, object_id) do update set sent = excluded.sent, echoed = excluded.echoed`,
}

/** How many accounts were found gone since then, and, where that is more than so many, how many stand: all must be counted. */
export async function countVanished(
  db: Queryable,
  app: AppOf,
  { since, countFrom }: { readonly since: Date; readonly countFrom: number },
): Promise<{ readonly vanished: number; readonly live: number }> {
  const values = [app.organizationId, app.appId, since, countFrom]
  const { rows } = await db.query<{ vanished: number; live: number }>(vanished, values)
  return rows[0] ?? { vanished: 0, live: 0 }
}

const vanished = {
  name: 'count_vanished_links',
  text: `with gone as materialized (
      select count(*) as vanished from links where organization_id = $1 and app_id = $2 and failure_code = 'Vanished'
        and failed_at >= $3 and state in ('linked', 'disabled')
    )
    select vanished, case when vanished <= $4 then 0 else (
      select count(*) from links where organization_id = $1 and app_id = $2 and state in ('linked', 'disabled')) end as live
    from gone`,
}
