import { scimError } from '@rollcall/scim'
import { insertTeamChange, adoptTeam, lockOwnTeam, type OwnTeam } from '../db/queries/team-ownership.ts'
import { insertTeam, updateTeam, lockTeam, selectTakenTeam, selectTeamScimId } from '../db/queries/teams.ts'
import { selectRolesOfTeam } from '../db/queries/role-mappings.ts'
import { claimMembers } from '../db/queries/source-team-moves.ts'
import { updateTeamDescription } from '../db/queries/team-descriptions.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import type { Transaction } from '../db/transaction.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { getResourceType } from './resource-values.ts'
import { taken409, toTeamValues } from './team-creation.ts'
import { refuseTeam } from './team-store.ts'

type SourceContext = DirectoryContext & { readonly tx: Transaction }

/** A team as a source wants it. */
export type SourceTeam = {
  readonly name: string
  /** What the source calls its group: the externalId. */
  readonly anchor: string
  /** Undefined: the source says nothing of it. */
  readonly description: string | null | undefined
}

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']

function toValues(context: SourceContext, { name, anchor }: SourceTeam, id: string) {
  const type = getResourceType(context.registry, 'Group')
  return toTeamValues({ schemas, displayName: name, externalId: anchor }, type, context, id)
}

/** Makes the team of a group, with nobody in it yet; our id. Throws ScimError where its name is taken. */
export async function createSourceTeam(
  parts: DirectoryParts,
  context: SourceContext,
  team: SourceTeam,
): Promise<string> {
  const { tx } = context
  const id = parts.newId()
  const values = toValues(context, team, id)
  if (!(await insertTeam(tx, context, { ...values, id, scimId: parts.newId(), kind: 'team' }, undefined)))
    throw taken409((await selectTakenTeam(tx, context, values)) ?? 'displayName', values)
  await describe(context, id, team)
  const changes = [{ path: 'displayName', after: team.name }]
  await insertTeamChange(tx, context, { teamId: id, action: 'team.created', data: { via: 'source', changes } })
  return id
}

/** A group takes over a team that nobody manages, with whoever is in it. Throws ScimError where somebody does by now. */
export async function linkSourceTeam(
  parts: DirectoryParts,
  context: SourceContext,
  { id, ...team }: SourceTeam & { readonly id: string },
): Promise<void> {
  const { tx, organizationId } = context
  const standing = await lockOwnTeam(tx, organizationId, { id, purpose: 'change' })
  if (standing === undefined) throw scimError('notFound', `The team "${team.name.slice(0, 200)}" is no longer there`)
  refuseOthers(standing)
  if ((await selectRolesOfTeam(tx, organizationId, id)).length > 0)
    throw scimError('forbidden', `The team "${team.name.slice(0, 200)}" gives roles, which no source may`)
  const values = toValues(context, team, id)
  await translating(values, () => adoptTeam(tx, context, { ...values, id, scimId: standing.scim_id ?? parts.newId() }))
  await claimMembers(tx, organizationId, id)
  await describe(context, id, team)
  const changes = [{ path: 'externalId', after: team.anchor }]
  await insertTeamChange(tx, context, { teamId: id, action: 'team.adopted', data: { via: 'source', changes } })
}

function refuseOthers({ display, connection_id, group_id, rule_revision, source }: OwnTeam): void {
  const isFree = connection_id === null && group_id === null && rule_revision === null && source !== 'uiAndApi'
  if (!isFree) throw scimError('uniqueness', `The team "${display.slice(0, 200)}" is managed by something else by now`)
}

/** A team of the source is called and described otherwise. Throws ScimError where its name is taken. */
export async function updateSourceTeam(
  context: SourceContext,
  { id, previousName, ...team }: SourceTeam & { readonly id: string; readonly previousName: string | null },
): Promise<void> {
  const { tx, organizationId } = context
  const scimId = await selectTeamScimId(tx, organizationId, id)
  const standing = scimId === undefined ? undefined : await lockTeam(tx, organizationId, scimId, 'change')
  if (refuseTeam(standing, context, undefined) !== undefined)
    throw scimError('notFound', `The team "${team.name.slice(0, 200)}" is no longer there`)
  const isRenamed = previousName !== null && previousName !== team.name
  const values = toValues(context, team, id)
  await translating(values, () =>
    updateTeam(tx, context, isRenamed ? { ...values, id } : { ...values, id, handle: null }),
  )
  await describe(context, id, team)
  const changes = isRenamed
    ? [{ path: 'displayName', before: previousName, after: team.name }]
    : [{ path: 'description', after: team.description ?? null }]
  await insertTeamChange(tx, context, { teamId: id, action: 'team.updated', data: { via: 'source', changes } })
}

async function describe(
  { tx, organizationId }: SourceContext,
  id: string,
  { description }: Pick<SourceTeam, 'description'>,
): Promise<void> {
  if (description !== undefined) await updateTeamDescription(tx, { organizationId, id, description })
}

async function translating(values: ReturnType<typeof toValues>, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (brokenUnique(error) === 'teams_name_unique') throw taken409('displayName', values)
    throw error
  }
}
