import { isJsonObject, type Json, type JsonObject, type ResourceType } from '@rollcall/scim'
import { toPage, type Page, type PageOf } from '../access/call.ts'
import {
  countSubjectChanges,
  selectChangesUntil,
  selectMembershipsOf,
  selectSubjectChanges,
  type ChangeRow,
  type MembershipRow,
} from '../db/queries/history.ts'
import type { PersonState } from '../db/queries/people.ts'
import type { Queryable } from '../db/pool.ts'
import { writePath } from './attribute-values.ts'

export type RecordedChange = ChangeRow
export type PastMembership = MembershipRow

/** What a person was at a moment. */
export type PersonVersion = {
  readonly at: Date
  readonly state: PersonState
  /** Null: purged since. */
  readonly attributes: JsonObject | null
  readonly version: number
  /** Which request made it so, and through which connection. */
  readonly requestId: string | null
  readonly connectionId: string | null
  readonly actor: string
}

/** A change as history tells it. */
export type HistoryChange = { readonly path: string; readonly before?: Json; readonly after?: Json }

/**
 * A person as of a moment, by doing again what was done until then; undefined when there was none.
 * The order of a list is no part of a version (RFC 7643 §2.4).
 */
export async function findPersonAt(
  db: Queryable,
  query: {
    readonly organizationId: string
    readonly userId: string
    readonly at: Date
    readonly type: ResourceType
  },
): Promise<PersonVersion | undefined> {
  const rows = await selectChangesUntil(db, query)
  return rows.reduce<PersonVersion | undefined>((version, row) => replay(version, row, query.type), undefined)
}

const wholes: ReadonlySet<string> = new Set(['user.created', 'user.relinked', 'user.adopted'])

function replay(before: PersonVersion | undefined, row: ChangeRow, type: ResourceType): PersonVersion | undefined {
  const data = isJsonObject(row.data) ? row.data : {}
  // An account that is given back without attributes keeps those that it had.
  const isWhole = wholes.has(row.action) && data['changes'] !== undefined
  if (before === undefined && !isWhole) return undefined
  const base = isWhole ? {} : (before?.attributes ?? null)
  return {
    at: row.at,
    state: stateAfter(before, row, data),
    attributes: base === null || data['purged'] === true ? null : apply(base, listChanges(data), type),
    version: row.subject_version,
    requestId: row.request_id,
    connectionId: row.connection_id,
    actor: row.actor,
  }
}

/** What a change did to which attributes; nothing of a password but that it changed. */
export function listChanges(data: JsonObject): readonly HistoryChange[] {
  const { changes } = data
  if (!Array.isArray(changes)) return []
  // Array.isArray makes `any[]` of a readonly array.
  const entries: readonly unknown[] = changes
  return entries.flatMap((entry): readonly HistoryChange[] => {
    if (!isJsonObject(entry) || typeof entry['path'] !== 'string') return []
    const { path, before, after } = entry
    return [{ path, ...(before !== undefined && { before }), ...(after !== undefined && { after }) }]
  })
}

function apply(base: JsonObject, changes: readonly HistoryChange[], type: ResourceType): JsonObject {
  let attributes = base
  for (const { path, after } of changes) {
    if (path !== 'password') attributes = writePath(attributes, path, { value: after, type })
  }
  return attributes
}

const states: ReadonlySet<unknown> = new Set(['pending', 'active', 'suspended', 'deprovisioned'])

function stateAfter(before: PersonVersion | undefined, { action }: ChangeRow, data: JsonObject): PersonState {
  if (action === 'user.deleted' || action === 'user.purged') return 'deprovisioned'
  if (action === 'user.suspended') return 'suspended'
  if (action === 'user.activated') return 'active'
  // The set above holds exactly the states.
  if (states.has(data['state'])) return data['state'] as PersonState
  return before?.state ?? 'active'
}

type Subject = { readonly organizationId: string; readonly userId: string }

/** Newest first; `next` is the position of the last change of the page. */
export async function listHistory(
  db: Queryable,
  { organizationId, userId: id }: Subject,
  { limit, after }: PageOf,
): Promise<Page<ChangeRow>> {
  const query = { organizationId, kind: 'user', id, before: after, rowsMax: limit + 1 } as const
  return toPage(await selectSubjectChanges(db, query), limit, (row) => row.position)
}

export function countHistory(db: Queryable, { organizationId, userId: id }: Subject): Promise<number> {
  return countSubjectChanges(db, { organizationId, kind: 'user', id })
}

const membershipsMax = 1_000

/** The teams that somebody is or was in; with a moment those of that moment. */
export function listMemberships(
  db: Queryable,
  query: Subject & { readonly at: Date | undefined },
): Promise<readonly MembershipRow[]> {
  return selectMembershipsOf(db, { ...query, rowsMax: membershipsMax })
}
