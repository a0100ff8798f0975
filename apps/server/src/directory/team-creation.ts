import {
  foldCase,
  scimError,
  type JsonObject,
  type ResourceDraft,
  type ResourceType,
  type ScimError,
} from '@rollcall/scim'
import type { Fields, ResourceRecord } from '@rollcall/scim/server'
import type { Queryable } from '../db/pool.ts'
import { toMemberChanges } from '../db/queries/changes.ts'
import { selectTeamRow } from '../db/queries/memberships.ts'
import type { ResourceRow } from '../db/queries/rows.ts'
import { adoptTeam, insertTeamChange, lockOwnTeam, type OwnTeam } from '../db/queries/team-ownership.ts'
import { insertTeam, selectTakenTeam, type TeamValues } from '../db/queries/teams.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { retrying } from './failures.ts'
import { guarded } from './guard.ts'
import { refuseTeamName, toHandle, toOwnHandle } from './handle.ts'
import { toPhases, type MemberPhase } from './member-steps.ts'
import { memberChunkRows } from './member-stream.ts'
import { toResourceValues } from './resource-values.ts'
import { applyPhases } from './team-members.ts'
import { toTeamRecord } from './team-record.ts'
import { createdRow, listCreated } from './create-user.ts'

/** The columns of a group's attributes, and the handle of the team that it is. */
export function toTeamValues(
  attributes: JsonObject,
  type: ResourceType,
  context: DirectoryContext,
  id: string,
): TeamValues {
  const { style } = context
  const values = toResourceValues(attributes, type, 'teams')
  const display = typeof attributes['displayName'] === 'string' ? attributes['displayName'] : ''
  const displayNameKey = foldCase(display)
  const isTeam = style.groupsAre === 'teams'
  if (isTeam && style.strictTeamNames) refuseTeamName(display)
  const derived = toHandle(display)
  const own = toOwnHandle(derived, id)
  const handle = isTeam ? (derived ?? own) : null
  return {
    ...values,
    display,
    displayNameKey,
    nameUniqueKey: style.groupNameUnique ? displayNameKey : null,
    externalIdKey: style.externalIdUnique ? values.externalId : null,
    handle,
    ownHandle: isTeam && !style.strictTeamNames && !adopts(context) ? own : handle,
  }
}

function adopts({ style, settings }: DirectoryContext): boolean {
  return style.adoptsTeams || settings.adoptTeamsByHandle
}

type NewTeam = TeamValues & { readonly id: string; readonly scimId: string; readonly kind: 'team' | 'group' }

/** A new group, or the team that nobody manages and whose handle its name gives (AC-D22). */
export async function createTeam(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  creation: { readonly draft: ResourceDraft; readonly fields: Fields },
): Promise<ResourceRecord> {
  const { draft, fields } = creation
  const id = parts.newId()
  const values = toTeamValues(draft.attributes, type, context, id)
  const team: NewTeam = { ...values, id, scimId: parts.newId(), kind: values.handle === null ? 'group' : 'team' }
  const phases = toPhases([{ kind: 'add', members: draft.members ?? [] }])
  const data = { via: 'POST', changes: listCreated(draft.attributes) }
  const row =
    (phases.length === 0 ? await storeEmpty(parts, context, team, data) : undefined) ??
    (await guarded(parts, context, (tx) => store(tx, context, team, { phases, data })))
  return toTeamRecord(parts, context, row, { fields, firstMax: memberChunkRows })
}

/** One statement; undefined when the team exists and may be taken over. */
async function storeEmpty(
  parts: DirectoryParts,
  context: DirectoryContext,
  team: NewTeam,
  data: object,
): Promise<ResourceRow | undefined> {
  const db = queryableOf(parts, context)
  const isCreated = await retrying(context, () => insertTeam(db, context, team, JSON.stringify(data)))
  if (isCreated) return { ...createdRow(team, context), members: [] }
  if ((await selectTakenTeam(db, context, team)) === 'handle') return undefined
  throw await takenBy(db, context, team)
}

async function store(
  tx: Queryable,
  context: DirectoryContext,
  team: NewTeam,
  content: { readonly phases: readonly MemberPhase[]; readonly data: object },
): Promise<ResourceRow> {
  const { phases, data } = content
  const isNew = await insertTeam(tx, context, team, undefined)
  const stored = isNew ? team : await takeOver(tx, context, team)
  const moves = await applyPhases(tx, context, stored, phases)
  const members = toMemberChanges(
    moves.added.map((member) => member.member_id),
    [],
  )
  const action = isNew ? 'team.created' : 'team.adopted'
  await insertTeamChange(tx, context, { teamId: stored.id, action, data: { ...data, members } })
  if (isNew) return createdRow(team, context)
  const row = await selectTeamRow(tx, context, stored.id)
  if (row === undefined) throw new Error('A team that was just stored is gone')
  return row
}

async function takeOver(tx: Queryable, context: DirectoryContext, team: NewTeam): Promise<NewTeam> {
  if (team.handle === null || (await selectTakenTeam(tx, context, team)) !== 'handle')
    throw await takenBy(tx, context, team)
  const standing = await lockOwnTeam(tx, context.organizationId, { handle: team.handle })
  if (standing === undefined) throw await takenBy(tx, context, team)
  refuseAdoption(context, team, standing)
  const adopted = { ...team, id: standing.id, scimId: standing.scim_id ?? team.scimId }
  await adoptTeam(tx, context, adopted)
  return adopted
}

function refuseAdoption(context: DirectoryContext, team: NewTeam, standing: OwnTeam): void {
  const about = `displayName "${team.display.slice(0, 200)}" gives the handle "${standing.handle}"`
  if (standing.connection_id !== null) throw scimError('uniqueness', `${about}, which another managed team has`)
  if (standing.group_id !== null) throw scimError('uniqueness', `${about}, which a team has that follows a group`)
  if (standing.rule_revision !== null) throw scimError('uniqueness', `${about}, which a team has that goes by a rule`)
  if (standing.source === 'uiAndApi' || !adopts(context))
    throw scimError('uniqueness', `${about}; the team that has it may not be managed by an identity provider`)
}

async function takenBy(db: Queryable, context: DirectoryContext, team: TeamValues): Promise<ScimError> {
  return taken409((await selectTakenTeam(db, context, team)) ?? 'displayName', team)
}

/** The error for the unique value that another group or team has. */
export function taken409(attribute: 'displayName' | 'externalId' | 'handle', team: TeamValues): ScimError {
  const name = `displayName "${team.display.slice(0, 200)}"`
  if (attribute === 'handle')
    return scimError('uniqueness', `${name} gives the handle "${team.handle ?? ''}", which another team has`)
  const value = attribute === 'displayName' ? name : `externalId "${(team.externalId ?? '').slice(0, 200)}"`
  return scimError('uniqueness', `${value} is taken by another group`)
}
