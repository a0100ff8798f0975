import { selectMemberChanges, type MemberChanges } from '../../db/queries/member-changes.ts'
import type { Queryable } from '../../db/pool.ts'
import { nilId } from '../../nil-id.ts'
import { hasAccount } from '../export/link.ts'
import { judgeRemovals } from '../gate/judge-removals.ts'
import { memberNamesMax } from '../plans/plan-members.ts'
import type { Standing } from './standing.ts'

/** Who would enter and leave the group of a team, as accounts are now; the gate would hold those who leave, or not. */
export type PreviewedMembers = Omit<MemberChanges, 'teamId' | 'name' | 'targetKey'> & { readonly isHeld: boolean }

/** Null: it is no team, or has no group and gets none. */
export async function previewMembers(
  db: Queryable,
  { app, rules, object, link, evaluated }: Standing,
  now: Date,
): Promise<PreviewedMembers | null> {
  if (object.kind !== 'team' || rules.teams === undefined || !evaluated.isInScope) return null
  const { organizationId, id: appId, numbers } = app
  const isNew = !hasAccount(link)
  const [changes] = await selectMemberChanges(db, {
    organizationId,
    appId,
    // Of no plan: everybody's account is as it is.
    planId: nilId,
    nesting: rules.teams.members.nesting,
    groups: [{ teamId: object.id, isNew, targetKey: link.targetKey }],
    namesMax: memberNamesMax,
  })
  if (changes === undefined) return null
  const { teamId, name: _name, targetKey: _key, ...counts } = changes
  const removals = counts.leaving === 0 ? [] : [{ teamId, count: counts.leaving, members: counts.present }]
  const held = await judgeRemovals(db, { organizationId, appId, numbers, now }, removals)
  return { ...counts, isHeld: held.length > 0 }
}
