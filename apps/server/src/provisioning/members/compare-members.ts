import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { selectLinkedKeys } from '../../db/queries/provisioning-links.ts'
import { selectMemberSteps, weighMembers } from '../../db/queries/provisioning-members.ts'
import {
  noteShownMembers,
  selectMemberEdges,
  type MemberEdge,
  type ShownMembers,
  type TeamPush,
} from '../../db/queries/team-pushes.ts'
import { createId } from '../../type-id.ts'
import { askTarget } from './ask-target.ts'
import type { MemberRun, Stop } from './member-run.ts'

/** What an app shows of a group is looked at no more often. */
const compareEveryMs = 24 * 3_600_000

/**
 * Looks at the members that the app shows: always where the team decides alone who is in the group, elsewhere now and then,
 * when something is to be sent anyway. Shows it none at all, then it is one of those that never do: that proves nothing.
 */
export async function compareMembers(run: MemberRun, { comparedAt }: TeamPush): Promise<Stop | undefined> {
  const { database, target, team, clock, isAuthoritative, isSample, groupKey, signal } = run
  if (!target.abilities.showsMembers || !(isAuthoritative || isSample)) return undefined
  const now = clock()
  if (comparedAt !== null && now.getTime() - comparedAt.getTime() < compareEveryMs) return undefined
  // Of a team that did not change nothing is asked.
  if (!isAuthoritative && !(await hasChanged(run))) return undefined
  const asked = await askTarget(run, () => target.get('team', groupKey, signal))
  if ('stop' in asked) return asked.stop
  const { outcome } = asked
  if (outcome.kind === 'missing') return { kind: 'vanished' }
  if (outcome.kind !== 'done') return { kind: 'failed', failure: outcome }
  run.isGroupThere = true
  const shown = readMemberKeys(outcome.value.resource)
  const edges = await selectMemberEdges(database, team)
  const strangers = isAuthoritative ? await findStrangers(run, edges, shown) : []
  await noteShownMembers(database, team, { lostIds: findLost(edges, shown), strangers, now })
  return undefined
}

async function hasChanged({ database, team, nesting, clock }: MemberRun): Promise<boolean> {
  const first = { nesting, now: clock(), after: undefined, rowsMax: 1 }
  if ((await selectMemberSteps(database, team, 'add', first)).length > 0) return true
  return (await weighMembers(database, team, nesting)).hasRemovals
}

function findLost(edges: readonly MemberEdge[], shown: ReadonlySet<string>): readonly string[] {
  if (shown.size === 0) return []
  const lost = edges.filter(({ isPresent, memberKey }) => isPresent === true && !shown.has(memberKey))
  return lost.map(({ memberId }) => memberId)
}

/** Members that are no edges of ours. One of them may be a person of the directory who is wanted: then he simply stays. */
async function findStrangers(
  { database, team }: MemberRun,
  edges: readonly MemberEdge[],
  shown: ReadonlySet<string>,
): Promise<ShownMembers['strangers']> {
  const known = new Set(edges.map(({ memberKey }) => memberKey))
  const keys = [...shown].filter((key) => !known.has(key))
  if (keys.length === 0) return []
  const people = await selectLinkedKeys(database, team, 'user', keys)
  const teams = await selectLinkedKeys(database, team, 'team', keys)
  return keys.map((key) => ({ key, id: people.get(key) ?? teams.get(key) ?? createId() }))
}

/** Ids of the members that an app shows of a group. */
export function readMemberKeys(group: JsonObject): ReadonlySet<string> {
  // RFC 7643 §2.1: names of attributes know no case.
  const name = Object.keys(group).find((key) => key.toLowerCase() === 'members')
  const members = name === undefined ? undefined : group[name]
  if (!Array.isArray(members)) return new Set()
  const keys = members.flatMap((member) =>
    isJsonObject(member) && typeof member['value'] === 'string' ? [member['value']] : [],
  )
  return new Set(keys)
}
