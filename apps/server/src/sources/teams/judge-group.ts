import { foldCase } from '@rollcall/scim'
import type { NamedTeam, PendingGroup, SettledGroup } from '../../db/queries/source-groups.ts'
import type { NewTeamOperation } from '../../db/queries/source-team-operations.ts'
import { parseRaw } from '../settle/read-record.ts'
import type { GroupVerdict, TeamRules } from './compile-team-rules.ts'
import type { TeamSite } from './team-site.ts'

/** What a group is to the directory: the closed set. */
export const groupSituations = [
  /** Its team is to be made. */
  'new',
  /** It is a team. */
  'linked',
  'outOfScope',
  /** Gone from the source. */
  'vanished',
  /** Another group of the source, or another team of it, has that name. */
  'nameTaken',
  /** There is a team of that name, and the rules want to be asked; or there are several, or it gives roles. */
  'asked',
  /** Somebody here took the team away from the source; it does not take it back. */
  'released',
  /** Its name, its description or the filter cannot be worked out. */
  'escrowed',
] as const

export type GroupSituation = (typeof groupSituations)[number]

export type GroupPlan = { readonly settled: SettledGroup; readonly operation: NewTeamOperation | undefined }

export type JudgedGroup = { readonly group: PendingGroup; readonly verdict: GroupVerdict | 'vanished' }

/** What the rules say of a group, whatever teams there are. */
export function judgeGroup({ rules }: TeamSite, group: PendingGroup, now: Date): JudgedGroup {
  if (group.is_deleted || group.absent_reads >= rules.document.absentReads) return { group, verdict: 'vanished' }
  return { group, verdict: rules.judge(parseRaw(group.raw), now) }
}

export type NameSite = {
  readonly sourceId: string
  readonly rules: TeamRules
  /** Live teams by folded name. */
  readonly teams: ReadonlyMap<string, readonly NamedTeam[]>
  /** Which group gets a name, folded, by the same read. */
  readonly reserved: Map<string, string>
}

/** What becomes of the team of a group. */
export function planGroup(site: NameSite, { group, verdict }: JudgedGroup): GroupPlan {
  const { rules } = site
  if (verdict === 'vanished') return planLeaving(group, 'vanished', rules.onVanished)
  if (verdict.kind === 'outOfScope') return planLeaving(group, 'outOfScope', rules.onOutOfScope)
  if (verdict.kind === 'failed') {
    const { reason, attribute, detail } = verdict
    const plan = tell(group, 'escrowed', 'Escrowed')
    // Whoever is in it goes on being so: a name that cannot be worked out moves nobody.
    return {
      ...plan,
      settled: { ...plan.settled, isFollowed: group.is_followed, error: { reason, attribute, detail } },
    }
  }
  if (group.team_id !== null) return planChange(site, { ...group, team_id: group.team_id }, verdict)
  if (group.has_team && (group.situation === 'linked' || group.situation === 'released'))
    return tell(group, 'released', 'ReleasedHere')
  return planTeam(site, group, verdict)
}

type Team = Extract<GroupVerdict, { readonly kind: 'team' }>

function planLeaving(
  group: PendingGroup,
  situation: 'vanished' | 'outOfScope',
  policy: TeamRules['onVanished'],
): GroupPlan {
  const reason = situation === 'vanished' ? 'GroupGone' : 'OutOfScope'
  if (group.team_id === null) {
    const settled = { anchor: group.anchor, situation, name: null, isFollowed: false, error: undefined }
    return { settled, operation: undefined }
  }
  if (policy === 'keep') return tell(group, situation, 'Kept')
  return act(group, { operation: policy, situation, name: group.team_name, reason, teamId: group.team_id })
}

function planChange(
  { sourceId, teams, reserved }: NameSite,
  group: PendingGroup & { readonly team_id: string },
  { name, description }: Team,
): GroupPlan {
  const isRenamed = name !== group.team_name
  const isDescribed = description !== undefined && description !== group.team_description
  const key = foldCase(name)
  const isTaken =
    isRenamed &&
    (isReserved(reserved, key, group) ||
      (teams.get(key) ?? []).some(({ id, connection_id }) => connection_id === sourceId && id !== group.team_id))
  if (isTaken) {
    const plan = tell(group, 'nameTaken', 'NameTaken', name)
    return { ...plan, settled: { ...plan.settled, isFollowed: true } }
  }
  if (!isRenamed && !isDescribed) {
    const settled = { anchor: group.anchor, situation: 'linked', name, isFollowed: true, error: undefined }
    return { settled, operation: undefined }
  }
  if (isRenamed) reserved.set(key, group.anchor)
  const reason = isRenamed ? 'Renamed' : 'DescriptionChanged'
  return act(group, { operation: 'update', situation: 'linked', name, reason, teamId: group.team_id, description })
}

function planTeam({ sourceId, rules, teams, reserved }: NameSite, group: PendingGroup, team: Team): GroupPlan {
  const { name, description } = team
  const key = foldCase(name)
  const named = teams.get(key) ?? []
  if (isReserved(reserved, key, group) || named.some(({ connection_id }) => connection_id === sourceId))
    return tell(group, 'nameTaken', 'NameTaken', name)
  const free = named.filter(({ is_free }) => is_free)
  const [only] = free
  if (only !== undefined && rules.onMatched !== 'create') {
    if (free.length > 1) return tell(group, 'asked', 'AmbiguousMatch', name)
    if (only.gives_roles) return tell(group, 'asked', 'GivesRoles', name)
    if (rules.onMatched === 'report') return tell(group, 'asked', 'MatchReported', name)
    reserved.set(key, group.anchor)
    return act(group, { operation: 'link', situation: 'new', name, reason: 'Matched', teamId: only.id, description })
  }
  reserved.set(key, group.anchor)
  return act(group, { operation: 'create', situation: 'new', name, reason: 'Unmatched', teamId: null, description })
}

/** Whoever plans anew after a crash finds its own name reserved by the plan before. */
function isReserved(reserved: NameSite['reserved'], key: string, { anchor }: PendingGroup): boolean {
  return (reserved.get(key) ?? anchor) !== anchor
}

type Act = {
  readonly operation: 'create' | 'link' | 'update' | 'detach' | 'remove'
  readonly situation: GroupSituation
  readonly name: string | null
  readonly reason: string
  readonly teamId: string | null
  readonly description?: string | null | undefined
}

function act({ anchor, team_name: previousName }: PendingGroup, planned: Act): GroupPlan {
  const { operation, situation, name, reason, teamId, description = null } = planned
  const isFollowed = operation !== 'detach' && operation !== 'remove'
  return {
    settled: { anchor, situation, name, isFollowed, error: undefined },
    operation: { anchor, operation, situation, teamId, name, previousName, description, reason },
  }
}

/** Nothing is done, and why is told once. */
function tell(group: PendingGroup, situation: GroupSituation, reason: string, name = group.team_name): GroupPlan {
  const { anchor, team_id: teamId, team_name: previousName } = group
  const settled = { anchor, situation, name, isFollowed: false, error: undefined }
  if (group.situation === situation) return { settled, operation: undefined }
  const told = { anchor, operation: 'none', situation, teamId, name, previousName, description: null, reason } as const
  return { settled, operation: told }
}
