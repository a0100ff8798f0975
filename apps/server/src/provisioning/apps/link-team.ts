import { AccessError } from '../../access/access-error.ts'
import type { Call } from '../../access/call.ts'
import { linkTeam } from '../../db/queries/team-push-choices.ts'
import { revokeTurn } from '../../db/queries/work-leases.ts'
import type { Queryable } from '../../db/pool.ts'
import { selectLinks } from '../../db/queries/provisioning-links.ts'
import { transaction } from '../../db/transaction.ts'
import type { OutboundConnections } from '../../outbound-connections.ts'
import { evaluateObject } from '../evaluate/evaluate-object.ts'
import { hasAccount } from '../export/link.ts'
import { loadSchemas } from '../rules/app-rules.ts'
import { compileRules } from '../rules/compile-rules.ts'
import { readTeams } from '../source/read-source.ts'
import { openTarget } from '../targets/open-target.ts'
import type { Outcome, Target, TargetObject } from '../targets/target.ts'
import { getOpenedApp, type OpenedApp } from './app.ts'
import type { Sealing } from './credentials.ts'
import { getRules } from './rules-revisions.ts'
import { getTeamPush, readChoice, writeChoice, type TeamOfApp, type TeamPush } from './team-pushes.ts'

/** A group of the app: by its id there, or by its name. */
export type GroupName = { readonly id: string } | { readonly name: string }

export type LinkParts = Sealing & { readonly outboundConnections: OutboundConnections }

/**
 * A group that the app has already becomes the team's. Its name becomes that of the team, unless it keeps its own; members
 * that others added stay.
 * Throws `appNotFound`, `teamNotInScope`, `teamLinked`, `groupBeingMade`, `groupNotFound`, `groupAmbiguous`, `groupTaken`, `appUnreachable`.
 */
export async function linkTeamToGroup(
  parts: LinkParts,
  call: Call,
  request: TeamOfApp & { readonly group: GroupName; readonly keepsName: boolean },
): Promise<TeamPush> {
  const { organizationId, appId, teamId, group, keepsName } = request
  const team: TeamOfApp = { organizationId, appId, teamId }
  const app = await getOpenedApp(parts, call.now, team)
  await requireInScope(parts, app, { team, now: call.now })
  await refuseLinked(parts.database, team)
  const { outboundConnections } = parts
  const target = openTarget(app, { outboundConnections, clock: () => call.now })
  const { key } = await findGroup(target, group)
  return transaction(parts.database, async (tx) => {
    // Meanwhile a worker may have begun to make a group: from here on it either has, or does not any more.
    await revokeTurn(tx, team, teamId)
    await refuseLinked(tx, team)
    if (!(await linkTeam(tx, team, { groupKey: key })))
      throw new AccessError('groupTaken', 'The group is that of another team already', { field: 'group' })
    const choice = { ...(await readChoice(tx, team)), keepsName, ending: null }
    await writeChoice(tx, call, team, { action: 'app.group_linked', choice, group: key })
    return getTeamPush(tx, team)
  })
}

/** Otherwise the next evaluation would find that the team has left, and do to the group what the rules say of that. */
async function requireInScope(
  { database }: LinkParts,
  app: OpenedApp,
  { team, now }: { readonly team: TeamOfApp; readonly now: Date },
): Promise<void> {
  const { organizationId, appId, teamId } = team
  const { document } = await getRules(database, { organizationId, appId, revision: 'live' })
  const rules = compileRules(document, await loadSchemas(database, organizationId))
  const reads = rules.reads(app.numbers)
  const [source] = await readTeams(database, { organizationId, appId, reads, ids: [teamId] })
  if (source === undefined) throw new AccessError('teamNotFound', 'There is no such team')
  if (evaluateObject(rules, source, { now, isLinked: true }).isInScope) return
  throw new AccessError('teamNotInScope', 'The team is not provisioned into this app: assign it, or widen the rules', {
    field: 'group',
  })
}

async function refuseLinked(db: Queryable, team: TeamOfApp): Promise<void> {
  const [link] = await selectLinks(db, team, [team.teamId])
  if (link !== undefined && hasAccount(link))
    throw new AccessError('teamLinked', 'The team has a group in this app already: unlink it first', {
      field: 'group',
    })
  if (link !== undefined && link.inFlightAt !== null)
    throw new AccessError('groupBeingMade', 'A group is being made for the team: look again in a minute or two', {
      field: 'group',
    })
}

async function findGroup(target: Target, group: GroupName): Promise<TargetObject> {
  if ('id' in group) return toGroup(await target.get('team', group.id))
  const outcome = await target.find('team', [{ attribute: 'displayName', value: group.name }])
  if (outcome.kind !== 'done') throw toError(outcome)
  const [first, second] = outcome.value
  if (first === undefined) throw notFound()
  if (second !== undefined)
    throw new AccessError('groupAmbiguous', 'The app has several groups of that name: link one by its id', {
      field: 'group',
    })
  return first
}

function toGroup(outcome: Outcome<TargetObject>): TargetObject {
  if (outcome.kind === 'done') return outcome.value
  throw outcome.kind === 'missing' ? notFound() : toError(outcome)
}

function notFound(): AccessError {
  return new AccessError('groupNotFound', 'The app has no such group', { field: 'group' })
}

function toError({ detail }: Exclude<Outcome<unknown>, { readonly kind: 'done' }>): AccessError {
  return new AccessError('appUnreachable', `The app could not be asked: ${detail}`, { field: 'group' })
}
