import type { Queryable } from '../pool.ts'
import { foundBy } from './found-objects.ts'

type AppName = { readonly organizationId: string; readonly appId: string }

export type ListedLinkRow = {
  readonly kind: 'user' | 'team'
  readonly objectId: string
  readonly name: string | null
  readonly state: 'unlinked' | 'linked' | 'disabled' | 'dead' | 'ignored'
  readonly isInScope: boolean
  readonly origin: 'created' | 'adopted' | null
  readonly targetKey: string | null
  readonly rulesRevision: number | null
  readonly appliedAt: Date | null
  readonly inFlightAt: Date | null
  readonly attempts: number
  readonly failureCode: string | null
  readonly failureAttribute: string | null
  readonly failureDetail: string | null
  readonly failedAt: Date | null
  readonly leftAt: Date | null
  readonly deleteDueAt: Date | null
  readonly stage: 'evaluate' | 'gate' | 'held' | 'export' | 'members' | 'reference' | 'escrow' | null
  readonly dueAt: Date | null
}

export type LinkFilter = {
  readonly kind?: 'user' | 'team' | undefined
  readonly state?: string | undefined
  readonly failure?: string | undefined
  readonly targetKey?: string | undefined
  readonly isInScope?: boolean | undefined
  /** For LIKE on what people and teams are found by. */
  readonly pattern?: string | undefined
}

const selected = `l.kind, l.object_id as "objectId", coalesce(u.display, t.display) as name, l.state,
    l.is_in_scope as "isInScope", l.origin, l.target_key as "targetKey", l.rules_revision as "rulesRevision",
    l.applied_at as "appliedAt", l.in_flight_at as "inFlightAt", l.attempts, l.failure_code as "failureCode",
    l.failure_attribute as "failureAttribute", l.failure_detail as "failureDetail", l.failed_at as "failedAt",
    l.left_at as "leftAt", l.delete_due_at as "deleteDueAt", w.stage, w.due_at as "dueAt"
  from links l
  left join users u on l.kind = 'user' and u.organization_id = l.organization_id and u.id = l.object_id
  left join teams t on l.kind = 'team' and t.organization_id = l.organization_id and t.id = l.object_id
  left join work_items w on w.organization_id = l.organization_id and w.app_id = l.app_id and w.object_id = l.object_id`

const matches = `l.organization_id = $1 and l.app_id = $2 and ($3::text is null or l.kind = $3)
  and ($4::text is null or l.state = $4) and ($5::text is null or l.failure_code = $5)
  and ($6::text is null or l.target_key = $6) and ($7::boolean is null or l.is_in_scope = $7)
  and ($8::text is null or l.object_id in (${foundBy('$8')}))`

function toValues({ organizationId, appId }: AppName, filter: LinkFilter) {
  const { kind, state, failure, targetKey, isInScope, pattern } = filter
  const wanted = [kind, state, failure, targetKey, isInScope, pattern]
  return [organizationId, appId, ...wanted.map((value) => value ?? null)]
}

/** In the order of our ids. */
export async function selectListedLinks(
  db: Queryable,
  app: AppName,
  page: { readonly filter: LinkFilter; readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly ListedLinkRow[]> {
  const { rows } = await db.query<ListedLinkRow>(
    {
      text: `select ${selected} where ${matches} and ($9::uuid is null or l.object_id > $9) order by l.object_id limit $10`,
    },
    [...toValues(app, page.filter), page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function selectLinkCount(db: Queryable, app: AppName, filter: LinkFilter): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from links l where ${matches}` },
    toValues(app, filter),
  )
  return rows[0]?.count ?? 0
}

/** Whether anybody has an account in the app that we know of. */
export async function selectHasAccounts(db: Queryable, app: AppName): Promise<boolean> {
  const { rows } = await db.query<{ found: boolean }>(
    {
      text: `select exists (
          select from links l
          where l.organization_id = $1 and l.app_id = $2 and l.target_key is not null and l.state <> 'dead'
        ) as found`,
    },
    [app.organizationId, app.appId],
  )
  return rows[0]?.found === true
}

export async function selectListedLink(
  db: Queryable,
  app: AppName,
  objectId: string,
): Promise<ListedLinkRow | undefined> {
  const { rows } = await db.query<ListedLinkRow>(
    { text: `select ${selected} where l.organization_id = $1 and l.app_id = $2 and l.object_id = $3` },
    [app.organizationId, app.appId, objectId],
  )
  return rows[0]
}

/**
 * Everything that is known about an account goes: the link, what was sent, and memberships that were applied, since they
 * are those of this account. True when there was a link.
 */
export async function deleteLink(tx: Queryable, app: AppName, objectId: string): Promise<boolean> {
  const values = [app.organizationId, app.appId, objectId]
  const of = 'organization_id = $1 and app_id = $2'
  const { rowCount } = await tx.query({ text: `delete from links where ${of} and object_id = $3` }, values)
  for (const text of [
    `delete from link_shadows where ${of} and object_id = $3`,
    `delete from reserved_values where ${of} and object_id = $3`,
    `delete from member_edges where ${of} and team_id = $3`,
    `delete from member_edges where ${of} and member_id = $3`,
  ])
    await tx.query({ text }, values)
  return rowCount > 0
}
