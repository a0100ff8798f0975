import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { noteShownMembers, type TeamPush } from '../../db/queries/team-pushes.ts'
import { createId } from '../../type-id.ts'
import { askTarget } from './ask-target.ts'
import type { MemberRun, Stop } from './member-run.ts'

/** What an app shows of a group is looked at no more often. */
const compareEveryMs = 24 * 3_600_000

/**
 * Looks at the members that the app shows: always where the team decides alone who is in the group, elsewhere now and then.
 * Shows it none at all, then it is one of those that never do: that proves nothing.
 */
export async function compareMembers(run: MemberRun, { comparedAt }: TeamPush): Promise<Stop | undefined> {
  const { database, target, team, clock, isAuthoritative, isSample, groupKey, signal } = run
  if (!target.abilities.showsMembers || !(isAuthoritative || isSample)) return undefined
  const now = clock()
  if (comparedAt !== null && now.getTime() - comparedAt.getTime() < compareEveryMs) return undefined
  const asked = await askTarget(run, () => target.get('team', groupKey, signal))
  if ('stop' in asked) return asked.stop
  const { outcome } = asked
  if (outcome.kind === 'missing') return { kind: 'vanished' }
  if (outcome.kind !== 'done') return { kind: 'failed', failure: outcome }
  run.isGroupThere = true
  const keys = readMemberKeys(outcome.value.resource)
  const strangerIds = isAuthoritative ? keys.map(() => createId()) : undefined
  await noteShownMembers(database, team, { keys, strangerIds, now })
  return undefined
}

function readMemberKeys(group: JsonObject): readonly string[] {
  // RFC 7643 §2.1: names of attributes know no case.
  const name = Object.keys(group).find((key) => key.toLowerCase() === 'members')
  const members = name === undefined ? undefined : group[name]
  if (!Array.isArray(members)) return []
  const keys = members.flatMap((member) =>
    isJsonObject(member) && typeof member['value'] === 'string' ? [member['value']] : [],
  )
  return [...new Set(keys)]
}
