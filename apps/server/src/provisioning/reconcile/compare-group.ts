import type { AccountsOf, GroupMembers } from '../../db/queries/app-accounts.ts'
import { selectMemberEdges, type MemberEdge } from '../../db/queries/team-pushes.ts'
import { readMemberKeys } from '../members/compare-members.ts'
import type { TargetObject } from '../targets/target.ts'
import type { Reconciliation } from './open-reconciliation.ts'
import { askPatiently } from './patient-list.ts'

/**
 * Members of ours that a group does not show, and members that others brought in. What is missing is asked for once more before
 * that is said: somebody may have been changing it. Undefined: the app does not show members, or it cannot be told.
 */
export async function compareGroup(
  reconciliation: Reconciliation,
  teamId: string,
  group: TargetObject,
): Promise<GroupMembers | undefined> {
  const { target, patience } = reconciliation
  if (!target.abilities.showsMembers) return undefined
  const first = await compare(reconciliation, teamId, group)
  if (first.missing.length === 0) return first
  const outcome = await askPatiently(patience, () => target.get('team', group.key, patience.signal))
  if (outcome.kind !== 'done') return undefined
  const second = await compare(reconciliation, teamId, outcome.value)
  if (!isShowing(reconciliation, outcome.value)) return undefined
  const twice = new Set(first.missing)
  return { targetKey: group.key, missing: second.missing.filter((id) => twice.has(id)), foreign: second.foreign }
}

/** A group that shows nobody proves something only where others show somebody: some apps never do. */
function isShowing({ seen }: Reconciliation, { resource }: TargetObject): boolean {
  return seen.hasMembers || readMemberKeys(resource).size > 0
}

async function compare(
  { parts: { database }, of, seen }: Reconciliation,
  teamId: string,
  { key, resource }: TargetObject,
): Promise<GroupMembers> {
  const shown = readMemberKeys(resource)
  if (shown.size > 0) seen.hasMembers = true
  const edges = await readEdges(database, of, teamId)
  const ours = new Set(edges.map(({ memberKey }) => memberKey))
  const missing = edges.filter(({ isPresent, memberKey }) => isPresent === true && !shown.has(memberKey))
  return {
    targetKey: key,
    missing: missing.map(({ memberId }) => memberId),
    foreign: [...shown].filter((member) => !ours.has(member)),
  }
}

function readEdges(
  database: Parameters<typeof selectMemberEdges>[0],
  { organizationId, appId }: AccountsOf,
  teamId: string,
): Promise<readonly MemberEdge[]> {
  return selectMemberEdges(database, { organizationId, appId, teamId })
}
