import type { Queryable } from '../pool.ts'
import type { AppOf, WorkRow } from './provisioning-work.ts'

/** Takes the turn of one object, whatever state the app is in; undefined: it has none, or somebody else has it. */
export async function claimOne(
  db: Queryable,
  app: AppOf,
  claim: {
    readonly objectId: string
    readonly owner: string
    readonly now: Date
    readonly leaseUntil: Date
  },
): Promise<(WorkRow & { readonly dueAt: Date }) | undefined> {
  const { rows } = await db.query<WorkRow & { readonly dueAt: Date }>(claimNamed, [
    app.organizationId,
    app.appId,
    claim.objectId,
    claim.owner,
    claim.now,
    claim.leaseUntil,
  ])
  return rows[0]
}

const claimNamed = {
  name: 'claim_one_work',
  text: `update work_items w set lease_owner = $4, lease_until = $6, lease_epoch = w.lease_epoch + 1
    where w.organization_id = $1 and w.app_id = $2 and w.object_id = $3 and (w.lease_until is null or w.lease_until <= $5)
    returning w.object_id as "objectId", w.kind, w.stage, w.lane, w.generation, w.destructive_class as "destructiveClass",
      w.is_admitted as "isAdmitted", w.destructive::text as destructive, w.initiator, w.cycle_id as "cycleId", w.lease_epoch as epoch, w.due_at as "dueAt"`,
}

/** Whether the object has something to be done; `isLeased`: somebody is at it. */
export async function selectOneWork(
  db: Queryable,
  app: AppOf,
  objectId: string,
  now: Date,
): Promise<{ readonly stage: WorkRow['stage']; readonly isLeased: boolean; readonly dueAt: Date } | undefined> {
  const { rows } = await db.query<{ stage: WorkRow['stage']; isLeased: boolean; dueAt: Date }>(
    {
      name: 'one_work',
      text: `select stage, coalesce(lease_until > $4, false) as "isLeased", due_at as "dueAt" from work_items
        where organization_id = $1 and app_id = $2 and object_id = $3`,
    },
    [app.organizationId, app.appId, objectId, now],
  )
  return rows[0]
}

/** People who are in a team themselves, behind an id, in the order of ids. */
export async function selectTeamPeople(
  db: Queryable,
  organizationId: string,
  page: { readonly teamId: string; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly string[]> {
  const { rows } = await db.query<{ id: string }>(
    {
      name: 'people_of_team',
      text: `select member_id as id from memberships
        where organization_id = $1 and team_id = $2 and member_kind = 'user' and ($3::uuid is null or member_id > $3)
        order by member_id limit $4`,
    },
    [organizationId, page.teamId, page.after ?? null, page.rowsMax],
  )
  return rows.map(({ id }) => id)
}
