import { foldCase, isJsonObject } from '@rollcall/scim'
import { toPage, type Page, type PageOf } from '../access/call.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import { toMemberChanges } from '../db/queries/changes.ts'
import {
  insertLocalTeam,
  lockDeletedTeam,
  restoreTeamRow,
  selectDocument,
  updateLocalTeam,
  type LocalTeamValues,
} from '../db/queries/local-teams.ts'
import { selectMaintainers, type Maintainer } from '../db/queries/maintainers.ts'
import {
  insertTeamChange,
  keepMembers,
  releaseTeam,
  type OwnTeam,
  type TeamSource,
} from '../db/queries/team-ownership.ts'
import {
  countTeamViews,
  selectTeamView,
  selectTeamViews,
  type TeamFilter,
  type TeamView,
} from '../db/queries/team-views.ts'
import { endTeam } from '../db/queries/teams.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { isHandle, toHandle, toOwnHandle } from './handle.ts'
import { getResourceType } from './resource-values.ts'
import { toTeamValues } from './team-creation.ts'
import { TeamError } from './team-error.ts'
import { unlinkLocked } from './team-links.ts'
import { getOwnTeam, refuseManaged, refuseRuled } from './team-locks.ts'
import { confirmStrict } from './team-sources.ts'

export type { TeamFilter, TeamView } from '../db/queries/team-views.ts'

/** Deleted teams can be brought back for so long. */
export const deletedTeamsDays = 90
const dayMs = 24 * 60 * 60 * 1_000

/** A team with those who look after it. */
export type TeamDetails = TeamView & { readonly maintainers: readonly Maintainer[] }

/** In the order of their names; `after` is where the page before ended. */
export async function listTeams(
  db: Queryable,
  organizationId: string,
  query: TeamFilter & PageOf & { readonly wantsCounts: boolean },
): Promise<Page<TeamView>> {
  const { after, limit, text, ...filter } = query
  const rows = await selectTeamViews(db, organizationId, {
    ...filter,
    text: text === undefined ? undefined : foldCase(text),
    after: after === undefined ? undefined : parsePosition(after),
    rowsMax: limit + 1,
  })
  return toPage(rows, limit, ({ nameKey, id }) => JSON.stringify([nameKey, id]))
}

// The cursor is sealed, so only listTeams writes it.
function parsePosition(text: string): { readonly nameKey: string; readonly id: string } {
  const parsed: unknown = JSON.parse(text)
  const [nameKey, id] = Array.isArray(parsed) ? parsed.map(String) : []
  return { nameKey: nameKey ?? '', id: id ?? '' }
}

export function countTeams(db: Queryable, organizationId: string, filter: TeamFilter): Promise<number> {
  const { text } = filter
  return countTeamViews(db, organizationId, { ...filter, text: text === undefined ? undefined : foldCase(text) })
}

/** The live team of that handle. */
export function findTeam(db: Queryable, organizationId: string, handle: string): Promise<TeamView | undefined> {
  return selectTeamView(db, organizationId, { handle })
}

/** By its id or its handle; deleted ones too. Throws `teamNotFound`. */
export async function getTeam(
  db: Queryable,
  organizationId: string,
  by: { readonly id: string } | { readonly handle: string },
): Promise<TeamDetails> {
  const view = await selectTeamView(db, organizationId, by)
  if (view === undefined) throw new TeamError('teamNotFound', 'There is no such team')
  return { ...view, maintainers: await selectMaintainers(db, organizationId, view.id) }
}

export type CreateTeam = {
  readonly name: string
  /** Left out: what the name gives. */
  readonly handle?: string | undefined
  readonly description?: string | null | undefined
  readonly source?: TeamSource | null | undefined
}

/** A team that nobody manages. Throws `invalidHandle`, `handleTaken`. */
export async function createLocalTeam(
  parts: DirectoryParts,
  context: DirectoryContext,
  command: CreateTeam,
): Promise<TeamDetails> {
  const id = parts.newId()
  const handle = command.handle === undefined ? (toHandle(command.name) ?? toOwnHandle(undefined, id)) : command.handle
  const { description = null, source = null } = command
  const values = toLocalValues(context, { document: '{}', name: command.name, handle, description, source })
  return transaction(parts.database, async (tx) => {
    if (!(await insertLocalTeam(tx, context, { ...values, id }))) throw handleTaken(handle)
    const data = { via: 'admin', changes: [{ path: 'displayName', after: command.name }], handle }
    await insertTeamChange(tx, context, { teamId: id, action: 'team.created', data })
    return getTeam(tx, context.organizationId, { id })
  })
}

export type UpdateTeam = { readonly [name in keyof CreateTeam]?: CreateTeam[name] | undefined } & {
  readonly ifVersion?: number | undefined
  /** The token of the confirmation, where a change of the source removes people. */
  readonly confirm?: string | undefined
}

/** Throws `managed`, `versionMismatch`, `handleTaken`, `invalidHandle`, `confirmationNeeded`. */
export async function updateTeam(
  database: Database,
  context: DirectoryContext,
  target: { readonly teamId: string; readonly command: UpdateTeam },
): Promise<TeamDetails> {
  const { teamId, command } = target
  const { organizationId } = context
  return transaction(database, async (tx) => {
    const team = await getOwnTeam(tx, organizationId, teamId)
    refuseStale(team, command.ifVersion)
    const before = await getTeam(tx, organizationId, { id: teamId })
    const after = {
      name: command.name ?? before.name,
      handle: command.handle ?? before.handle,
      description: command.description === undefined ? before.description : command.description,
      source: command.source === undefined ? before.ownSource : command.source,
    }
    const changes = listChanges(before, after)
    if (changes.length === 0) return before
    if (after.name !== before.name || after.handle !== before.handle) refuseManaged(team)
    if (after.source === 'managed' && after.source !== before.ownSource) refuseRuled(team)
    if (after.source !== before.ownSource)
      await confirmStrict(tx, context, { teamId, source: after.source, team, confirm: command.confirm })
    const document = await selectDocument(tx, organizationId, teamId)
    await translating(after.handle, () =>
      updateLocalTeam(tx, context, { ...toLocalValues(context, { ...after, document }), id: teamId }),
    )
    await insertTeamChange(tx, context, { teamId, action: 'team.updated', data: { via: 'admin', changes } })
    return getTeam(tx, organizationId, { id: teamId })
  })
}

function listChanges(
  before: TeamView,
  after: { name: string; handle: string; description: string | null; source: TeamSource | null },
) {
  const pairs = [
    ['displayName', before.name, after.name],
    ['handle', before.handle, after.handle],
    ['description', before.description, after.description],
    ['source', before.ownSource, after.source],
  ] as const
  return pairs.filter(([, was, is]) => was !== is).map(([path, was, is]) => ({ path, before: was, after: is }))
}

function toLocalValues(
  context: DirectoryContext,
  team: {
    readonly document: string
    readonly name: string
    readonly handle: string
    readonly description: string | null
    readonly source: TeamSource | null
  },
): LocalTeamValues {
  const { handle, description, source, name } = team
  if (!isHandle(handle)) {
    const rule = 'a-z, 0-9 and ._-:/, at least one letter or digit, not ending in _, 200 characters at most'
    throw new TeamError('invalidHandle', `"${handle.slice(0, 80)}" is no handle: ${rule}`, { field: 'handle' })
  }
  const type = getResourceType(context.registry, 'Group')
  const stored: unknown = JSON.parse(team.document)
  const attributes = { schemas: [type.schema.id], ...(isJsonObject(stored) && stored), displayName: name }
  return { ...toTeamValues(attributes, type, context, ''), handle, description, source }
}

async function translating(handle: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (brokenUnique(error) !== 'teams_handle') throw error
    throw handleTaken(handle)
  }
}

function handleTaken(handle: string): TeamError {
  return new TeamError('handleTaken', `Another team has the handle "${handle}"`, { field: 'handle' })
}

function refuseStale(team: OwnTeam, ifVersion: number | undefined): void {
  if (ifVersion === undefined || ifVersion === team.version) return
  const message = 'The team has changed in the meantime: read it again and repeat the change'
  throw new TeamError('versionMismatch', message, { currentVersion: team.version })
}

/** Its members go to history and can be brought back with it. Throws `managed`, `versionMismatch`. */
export async function deleteTeam(
  database: Database,
  context: DirectoryContext,
  target: { readonly teamId: string; readonly ifVersion?: number | undefined },
): Promise<void> {
  const { teamId, ifVersion } = target
  await transaction(database, async (tx) => {
    const team = await getOwnTeam(tx, context.organizationId, teamId, 'end')
    refuseStale(team, ifVersion)
    refuseManaged(team)
    if (team.group_id !== null) await unlinkLocked(tx, context, team)
    const { people } = await endTeam(tx, context, { id: teamId, via: 'admin' })
    const data = { via: 'admin', members: toMemberChanges([], people) }
    await insertTeamChange(tx, context, { teamId, action: 'team.deleted', data })
  })
}

/** A deleted team comes back, managed by nobody, with those it had. Throws `teamNotFound`, `retentionOver`. */
export async function restoreTeam(database: Database, context: DirectoryContext, teamId: string): Promise<TeamDetails> {
  const { organizationId, now } = context
  return transaction(database, async (tx) => {
    const deleted = await lockDeletedTeam(tx, organizationId, teamId)
    if (deleted === undefined) throw new TeamError('teamNotFound', 'There is no such deleted team')
    if (now.getTime() - deleted.deletedAt.getTime() > deletedTeamsDays * dayMs)
      throw new TeamError('retentionOver', `Deleted teams come back within ${deletedTeamsDays} days; these are over`)
    const ownHandle = toOwnHandle(deleted.handle, teamId)
    const { deletedAt } = deleted
    const back = await restoreTeamRow(tx, context, { id: teamId, deletedAt, ownHandle, via: 'admin' })
    const data = { via: 'admin', members: toMemberChanges(back, []) }
    await insertTeamChange(tx, context, { teamId, action: 'team.restored', data })
    return getTeam(tx, organizationId, { id: teamId })
  })
}

/** The connection lets go: its members stay and can be changed here, and over SCIM the group is gone (AC-D26). */
export async function stopManaging(
  database: Database,
  context: DirectoryContext,
  teamId: string,
): Promise<TeamDetails> {
  return transaction(database, async (tx) => {
    const team = await getOwnTeam(tx, context.organizationId, teamId)
    if (team.connection_id === null)
      throw new TeamError('notManaged', `No identity provider manages the team "${team.display}"`)
    await keepMembers(tx, context, teamId)
    await releaseTeam(tx, context, teamId)
    const data = { via: 'admin', connectionId: team.connection_id }
    await insertTeamChange(tx, context, { teamId, action: 'team.released', data })
    return getTeam(tx, context.organizationId, { id: teamId })
  })
}
