import { toTextArray, toUuidArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'

/** One app of one organization. */
export type AppKey = { readonly organizationId: string; readonly appId: string }

/** What an app knows of an object that others refer to. */
export type ReferencedObject = {
  readonly id: string
  /** Its id in the app, where it has an account there. */
  readonly key: string | null
  readonly isInScope: boolean
}

/** While a first cycle still looks at everybody, who was not looked at yet counts as in scope. */
export async function selectReferenced(
  db: Queryable,
  app: AppKey,
  ids: readonly string[],
): Promise<readonly ReferencedObject[]> {
  const { rows } = await db.query<ReferencedObject>(referenced, [app.organizationId, app.appId, toUuidArray(ids)])
  return rows
}

const referenced = {
  name: 'referenced_objects',
  text: `select i.id, case when l.state in ('linked', 'disabled') then l.target_key end as key,
      coalesce(l.is_in_scope, (
        select true from cycles where organization_id = $1 and app_id = $2 and ended_at is null and state = 'evaluating'
      ), false) as "isInScope"
    from unnest($3::uuid[]) i (id)
    left join lateral (
      select * from links where organization_id = $1 and app_id = $2 and object_id = i.id offset 0
    ) l on true`,
}

export type PendingReference = {
  readonly neededId: string
  readonly dependentId: string
  readonly dependentKind: 'user' | 'team'
  readonly attribute: string
}

/** What the dependents wait for, in the place of what they waited for before. */
export async function replacePending(
  db: Queryable,
  app: AppKey,
  dependentIds: readonly string[],
  pending: readonly PendingReference[],
): Promise<void> {
  await db.query(replace, [
    app.organizationId,
    app.appId,
    toUuidArray(dependentIds),
    toUuidArray(pending.map((row) => row.neededId)),
    toUuidArray(pending.map((row) => row.dependentId)),
    toTextArray(pending.map((row) => row.dependentKind)),
    toTextArray(pending.map((row) => row.attribute)),
  ])
}

const replace = {
  name: 'replace_pending_references',
  text: `with pending as (
      select * from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[]) p (needed_id, dependent_id, dependent_kind, attribute)
    ), settled as (
      delete from pending_references r
      where r.organization_id = $1 and r.app_id = $2 and r.dependent_id = any($3::uuid[]) and not exists (
        select from pending p
        where p.needed_id = r.needed_id and p.dependent_id = r.dependent_id and p.attribute = r.attribute
      )
    )
    insert into pending_references (organization_id, app_id, needed_id, dependent_id, dependent_kind, attribute)
    select $1, $2, p.needed_id, p.dependent_id, p.dependent_kind, p.attribute from pending p
    order by p.needed_id, p.dependent_id, p.attribute on conflict do nothing`,
}

/** The lane of what follows from other work: an update like any other. */
const updateLane = 3

/**
 * Objects have got an account in the app: what waits for them is evaluated again, and the teams that hold them get their
 * members. Returns how many are.
 */
export async function releaseDependents(
  db: Queryable,
  app: AppKey,
  release: {
    readonly ids: readonly string[]
    readonly now: Date
    readonly teamsDueAt: Date
    /** The same while a cycle runs. */
    readonly inCycleDueAt: Date
  },
): Promise<number> {
  const { organizationId, appId } = app
  const ids = toUuidArray(release.ids)
  const values = [organizationId, appId, ids, release.now, release.teamsDueAt, updateLane, release.inCycleDueAt]
  const { rowCount } = await db.query(releases, values)
  return rowCount
}

/** Says that the rows of `due` are to be looked at, as `enqueueWork` does. */
const enqueueDue = (columns: { readonly app: string; readonly lane: string }): string =>
  `insert into work_items (organization_id, app_id, object_id, kind, stage, lane, due_at, initiator)
    select ${columns.app}, d.id, d.kind, 'evaluate', ${columns.lane}, min(d.due_at), 'change' from due d group by 1, 2, 3, 4 order by 1, 2, 3
    on conflict (organization_id, app_id, object_id) do update set generation = work_items.generation + 1,
      stage = 'evaluate', lane = least(work_items.lane, excluded.lane),
      due_at = case when work_items.stage in ('escrow', 'held', 'reference') then excluded.due_at
        else least(work_items.due_at, excluded.due_at) end`

const releases = {
  name: 'release_dependents',
  text: `with recursive released as (
      delete from pending_references r where r.organization_id = $1 and r.app_id = $2 and r.needed_id = any($3::uuid[])
      returning r.dependent_id, r.dependent_kind
    ), above (id) as (
      select m.team_id from memberships m where m.organization_id = $1 and m.member_id = any($3::uuid[])
      union
      select m.team_id from above a join memberships m on m.organization_id = $1 and m.member_id = a.id
    ), due as (
      select dependent_id as id, dependent_kind as kind, $4::timestamptz as due_at from released
      union all
      select l.object_id, l.kind, c.due_at from above a
      cross join lateral (
        select * from links where organization_id = $1 and app_id = $2 and object_id = a.id offset 0
      ) l
      cross join (
        select case when exists (select from cycles where organization_id = $1 and app_id = $2 and ended_at is null)
          then $7::timestamptz else $5::timestamptz end as due_at
      ) c
      where l.state = 'linked' and l.is_in_scope
    )
    ${enqueueDue({ app: '$1::uuid, $2::uuid', lane: '$6::smallint' })}`,
}

/**
 * What waits although it need not any more, in any app: an object got its account in the very moment in which another one
 * began to wait for it. Rare, so it is looked for now and then. A job of the instance.
 */
export async function releaseOverlooked(db: Queryable, now: Date): Promise<number> {
  const { rowCount } = await db.query(overlooked, [now, updateLane])
  return rowCount
}

const overlooked = {
  name: 'release_overlooked',
  text: `with released as (
      delete from pending_references where ctid = any(array(
        select r.ctid from pending_references r
        cross join lateral (
          select target_key, state from links
          where organization_id = r.organization_id and app_id = r.app_id and object_id = r.needed_id offset 0
        ) l
        where l.target_key is not null and l.state in ('linked', 'disabled')
      ))
      returning organization_id, app_id, dependent_id as id, dependent_kind as kind
    ), due as (select distinct *, $1::timestamptz as due_at from released)
    ${enqueueDue({ app: 'd.organization_id, d.app_id', lane: '$2::smallint' })}`,
}
