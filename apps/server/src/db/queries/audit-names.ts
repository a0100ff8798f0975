import type { Queryable } from '../pool.ts'
import { toArrayText } from './array-text.ts'

/** What things were called when an event was sealed, by their ids; ids are unique over all organizations. */
export type PersonName = {
  readonly id: string
  readonly scim_id: string | null
  readonly external_id: string | null
  readonly login: string | null
  readonly display: string | null
  readonly document: string
}

export async function selectPersonNames(db: Queryable, ids: Ids): Promise<readonly PersonName[]> {
  const { rows } = await db.query<PersonName>(people, toValues(ids))
  return rows
}

export type Ids = readonly (readonly [organizationId: string, id: string])[]

const people = {
  name: 'audit_people',
  text: `select u.id, u.scim_id, u.external_id, u.login, u.display, u.document
    from unnest($1::uuid[], $2::uuid[]) w (organization, id)
    join users u on u.organization_id = w.organization and u.id = w.id`,
}

/** Account and team ids of SCIM ids. */
export async function selectResourceIds(
  db: Queryable,
  ids: Ids,
): Promise<readonly { readonly scim_id: string; readonly id: string; readonly kind: 'user' | 'team' }[]> {
  const { rows } = await db.query<{ scim_id: string; id: string; kind: 'user' | 'team' }>(resources, toValues(ids))
  return rows
}

const resources = {
  name: 'audit_resources',
  text: `select u.scim_id, u.id, 'user' as kind from unnest($1::uuid[], $2::uuid[]) w (organization, id)
      join users u on u.organization_id = w.organization and u.scim_id = w.id
    union all
    select t.scim_id, t.id, 'team' from unnest($1::uuid[], $2::uuid[]) w (organization, id)
      join teams t on t.organization_id = w.organization and t.scim_id = w.id`,
}

/** The same of resources that are gone, from the events that tell of their end. */
export async function selectFormerResources(
  db: Queryable,
  ids: Ids,
): Promise<readonly { readonly scim_id: string; readonly subject: string }[]> {
  const { rows } = await db.query<{ scim_id: string; subject: string }>(former, toValues(ids))
  return rows
}

const former = {
  name: 'audit_former_resources',
  text: `select w.id as scim_id, e.subject from unnest($1::uuid[], $2::uuid[]) w (organization, id)
    cross join lateral (
      select e.targets[1] as subject from audit_events e
      where e.organization_id = w.organization and e.terms @> array['scim:' || w.id]
      order by e.sequence desc limit 1) e where e.subject is not null`,
}

export type KeyName = {
  readonly id: string
  readonly name: string
  readonly user_id: string | null
  readonly service_account_id: string | null
}

export async function selectKeyNames(db: Queryable, ids: Ids): Promise<readonly KeyName[]> {
  const { rows } = await db.query<KeyName>(keys, toValues(ids))
  return rows
}

const keys = {
  name: 'audit_keys',
  text: `select k.id, k.name, k.user_id, k.service_account_id from unnest($1::uuid[], $2::uuid[]) w (organization, id)
    join keys k on k.organization_id = w.organization and k.id = w.id`,
}

export type TeamName = {
  readonly id: string
  readonly display: string
  readonly kind: 'team' | 'group'
  readonly scim_id: string | null
}

export async function selectTeamNames(db: Queryable, ids: Ids): Promise<readonly TeamName[]> {
  const { rows } = await db.query<TeamName>(teams, toValues(ids))
  return rows
}

const teams = {
  name: 'audit_teams',
  text: `select t.id, t.display, t.kind, t.scim_id from unnest($1::uuid[], $2::uuid[]) w (organization, id)
    join teams t on t.organization_id = w.organization and t.id = w.id`,
}

/** The two columns that `unnest` makes a table of. */
export function toValues(ids: Ids): readonly string[] {
  return [toArrayText(ids.map(([organization]) => organization)), toArrayText(ids.map(([, id]) => id))]
}

/** What a thing was before: what the change before that one says of it, where changes tell the whole of it. */
export async function selectPreviousData(
  db: Queryable,
  changes: readonly {
    readonly organization_id: string
    readonly subject_id: string
    readonly subject_kind: string
    readonly position: number
  }[],
): Promise<readonly { readonly position: number; readonly data: Readonly<Record<string, unknown>> }[]> {
  const { rows } = await db.query<{ position: number; data: Readonly<Record<string, unknown>> }>(previous, [
    toArrayText(changes.map((change) => change.organization_id)),
    toArrayText(changes.map((change) => change.subject_id)),
    toArrayText(changes.map((change) => change.subject_kind)),
    toArrayText(changes.map((change) => change.position)),
  ])
  return rows
}

const previous = {
  name: 'audit_previous',
  text: `select w.position, p.data from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[])
      w (organization, subject, kind, position)
    cross join lateral (
      select c.data from changes c
      where c.organization_id = w.organization and c.subject_id = w.subject and c.position < w.position
        and c.action in (w.kind || '.created', w.kind || '.updated')
      order by c.position desc limit 1) p`,
}

/** What the identity provider calls the person of a session, and what browser it is in. */
export async function selectSessionSubjects(
  db: Queryable,
  ids: Ids,
): Promise<readonly { readonly id: string; readonly subject: string | null; readonly user_agent: string | null }[]> {
  const { rows } = await db.query<{ id: string; subject: string | null; user_agent: string | null }>(
    sessions,
    toValues(ids),
  )
  return rows
}

const sessions = {
  name: 'audit_sessions',
  text: `select s.id, s.external_subject as subject, s.user_agent from unnest($1::uuid[], $2::uuid[]) w (organization, id)
    join sessions s on s.organization_id = w.organization and s.id = w.id`,
}
