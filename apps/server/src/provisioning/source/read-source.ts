import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../../db/pool.ts'
import {
  selectSourcePeople,
  selectSourceTeams,
  type SourcePersonRow,
  type SourceQuery,
  type SourceSelection,
  type SourceTeamRow,
} from '../../db/queries/provisioning-source.ts'
import { firstId } from '../../db/queries/rows.ts'
import type { SourceManager, SourcePerson, SourceReads, SourceTeam } from './source-object.ts'

/** Which app asks, and what its rules read. */
export type SourceRequest = { readonly organizationId: string; readonly appId: string; readonly reads: SourceReads }

/** Objects whose ids lie behind one and up to another; undefined and null: from the first, to the last. */
export type SourceRange = {
  readonly after?: string | undefined
  readonly upTo?: string | null | undefined
  readonly batchMax?: number
}

/** Objects that are read at once while everybody is. */
const batchMax = 1_000

/** The people of these ids, in the order of ids, in one query; ids of nobody are left out. */
export async function readPeople(
  db: Queryable,
  request: SourceRequest & { readonly ids: readonly string[] },
): Promise<readonly SourcePerson[]> {
  if (request.ids.length === 0) return []
  const rows = await selectSourcePeople(db, toQuery(request), { ids: request.ids })
  return rows.map(toPerson)
}

/** The teams of these ids, in the order of ids, in one query. */
export async function readTeams(
  db: Queryable,
  request: SourceRequest & { readonly ids: readonly string[] },
): Promise<readonly SourceTeam[]> {
  if (request.ids.length === 0) return []
  const rows = await selectSourceTeams(db, request, { ids: request.ids })
  return rows.map((row) => toTeam(row))
}

/** The next people behind one, whatever their state: one query. */
export async function nextPeople(
  db: Queryable,
  request: SourceRequest & { readonly after: string; readonly batchMax: number },
): Promise<readonly SourcePerson[]> {
  const selection = { after: request.after, upTo: null, rowsMax: request.batchMax }
  const rows = await selectSourcePeople(db, toQuery(request), selection)
  return rows.map(toPerson)
}

/** All people of a range, whatever their state, batch by batch: one query each. */
export async function* streamPeople(
  db: Queryable,
  request: SourceRequest & SourceRange,
): AsyncGenerator<readonly SourcePerson[]> {
  const query = toQuery(request)
  for await (const rows of page(request, (selection) => selectSourcePeople(db, query, selection)))
    yield rows.map(toPerson)
}

/** All teams of a range, batch by batch. */
export async function* streamTeams(
  db: Queryable,
  request: SourceRequest & SourceRange,
): AsyncGenerator<readonly SourceTeam[]> {
  for await (const rows of page(request, (selection) => selectSourceTeams(db, request, selection)))
    yield rows.map((row) => toTeam(row))
}

async function* page<Row extends { readonly id: string }>(
  range: SourceRange,
  select: (selection: SourceSelection) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  const rowsMax = range.batchMax ?? batchMax
  let after = range.after ?? firstId
  for (;;) {
    const rows = await select({ after, upTo: range.upTo ?? null, rowsMax })
    const last = rows.at(-1)
    if (last === undefined) return
    yield rows
    if (rows.length < rowsMax) return
    after = last.id
  }
}

function toQuery({ organizationId, appId, reads }: SourceRequest): SourceQuery {
  const { assignment, manager, teams } = reads
  return { organizationId, appId, assignment, manager, readsTeams: teams }
}

function toPerson(row: SourcePersonRow): SourcePerson {
  return {
    kind: 'user',
    id: row.id,
    version: row.version,
    state: row.state,
    isPurged: row.is_purged,
    isBuiltIn: row.is_built_in,
    externalId: row.external_id,
    login: row.login,
    display: row.display,
    attributes: parse(row.document),
    assignment: { isDirect: row.is_assigned, teamIds: row.assigned_team_ids ?? [] },
    manager: toManager(row),
    managerReference: row.manager_reference,
    teams: (row.teams ?? []).map(([id, display]) => ({ id, display })),
  }
}

function toManager(row: SourcePersonRow): SourceManager | null {
  const { manager_id: id, manager_version: version, manager_state: state, manager_document: document } = row
  if (id === null || version === null || state === null) return null
  return {
    id,
    version,
    state,
    isPurged: false,
    isBuiltIn: row.manager_is_built_in === true,
    externalId: row.manager_external_id,
    login: row.manager_login,
    display: row.manager_display,
    attributes: document === null ? {} : parse(document),
  }
}

function toTeam(row: SourceTeamRow): SourceTeam {
  return {
    kind: 'team',
    id: row.id,
    version: row.version,
    isDeleted: row.is_deleted,
    isPurged: row.is_purged,
    externalId: row.external_id,
    handle: row.handle,
    description: row.description,
    display: row.display,
    attributes: parse(row.document),
    assignment: { isDirect: row.is_assigned, teamIds: row.is_assigned ? [row.id] : [] },
  }
}

function parse(document: string): JsonObject {
  // What stands there was validated and written by us.
  return JSON.parse(document) as JsonObject
}
