import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { insertOrganizationChange } from '../db/queries/organization-members.ts'
import type { OwnTeam, TeamSource } from '../db/queries/team-ownership.ts'
import {
  lockTeamSettings,
  removeManualMembers,
  selectManualMembers,
  selectTeamSettings,
  upsertTeamSettings,
  type TeamSettings,
} from '../db/queries/team-settings.ts'
import type { DirectoryContext } from './directory-context.ts'
import { TeamError } from './team-error.ts'

export type { TeamSettings } from '../db/queries/team-settings.ts'

/** So many of those who would leave are named. */
const shownMembersMax = 1_000

export function getTeamSettings(db: Queryable, organizationId: string): Promise<TeamSettings> {
  return selectTeamSettings(db, organizationId)
}

export type UpdateTeamSettings = {
  readonly source?: TeamSource | undefined
  readonly seats?: number | null | undefined
  readonly confirm?: string | undefined
  readonly ifVersion?: number | undefined
}

/** Throws `confirmationNeeded`, `versionMismatch`. */
export async function updateTeamSettings(
  database: Database,
  context: DirectoryContext,
  command: UpdateTeamSettings,
): Promise<TeamSettings> {
  const { organizationId } = context
  return transaction(database, async (tx) => {
    await lockTeamSettings(tx, organizationId)
    const before = await selectTeamSettings(tx, organizationId)
    if (command.ifVersion !== undefined && command.ifVersion !== before.version) {
      const message = 'The settings have changed in the meantime: read them again and repeat the change'
      throw new TeamError('versionMismatch', message, { currentVersion: before.version })
    }
    const source = command.source ?? before.source
    const seats = command.seats === undefined ? before.seats : command.seats
    if (source === before.source && seats === before.seats) return before
    if (source === 'managed' && before.source !== 'managed')
      await confirmRemoval(tx, context, { teamId: undefined, confirm: command.confirm })
    await upsertTeamSettings(tx, context, { source, seats, version: before.version + 1 })
    const data = { via: 'admin', source, seats, before: { source: before.source, seats: before.seats } }
    await insertOrganizationChange(tx, context, { action: 'organization.team_settings_changed', data })
    return selectTeamSettings(tx, organizationId)
  })
}

/** A team whose members may come from the identity provider alone loses those whom people added, once that is confirmed. */
export async function confirmStrict(
  tx: Queryable,
  context: DirectoryContext,
  change: {
    readonly teamId: string
    readonly team: OwnTeam
    readonly source: TeamSource | null
    readonly confirm: string | undefined
  },
): Promise<void> {
  const { teamId, team, source, confirm } = change
  const after = source ?? (await selectTeamSettings(tx, context.organizationId)).source
  if (after === 'uiAndApi' && (team.connection_id !== null || team.group_id !== null))
    throw new TeamError(
      'sourceForbids',
      'An identity provider manages the team: stop managing it or unlink it before people alone may',
      { field: 'source' },
    )
  if (after === 'managed' && team.source !== 'managed') await confirmRemoval(tx, context, { teamId, confirm })
}

async function confirmRemoval(
  tx: Queryable,
  context: DirectoryContext,
  change: { readonly teamId: string | undefined; readonly confirm: string | undefined },
): Promise<void> {
  const { teamId, confirm } = change
  const manual = await selectManualMembers(tx, context.organizationId, { teamId, namesMax: shownMembersMax })
  if (manual.count === 0) return
  if (confirm !== manual.digest) {
    const stale = confirm === undefined ? '' : 'Somebody came or went since you were asked. '
    throw new TeamError(
      'confirmationNeeded',
      `${stale}This removes ${manual.count} ${manual.count === 1 ? 'member' : 'members'} whom people added; ` +
        'repeat the request with "confirm" set to the token to do it',
      { field: 'source', confirmation: { token: manual.digest, count: manual.count, removes: manual.first } },
    )
  }
  await removeManualMembers(tx, context, teamId)
}
