import type { TargetProfileInput } from '@rollcall/admin-api'
import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { Outcome, TargetObject } from '../../target.ts'
import { keyOf } from '../draft-resource.ts'
import { replacesMembers } from '../member-operations.ts'
import { completeProfile } from '../profile.ts'
import { groupName } from './tried-names.ts'
import { say, type Trial } from './trial.ts'

type TriedGroup = { readonly key: string; readonly first: string; readonly second: string }

/** Whether there are groups, and how members come and go. */
export async function tryGroups(trial: Trial, first: string, second: string): Promise<void> {
  const name = groupName(trial.options)
  const made = await trial.target().create('team', { displayName: name })
  if (made.kind !== 'done') return trial.find('hasGroups', false, `A group was refused: ${made.detail}`)
  trial.keep({ kind: 'team', key: made.value.key, name })
  const group = { key: made.value.key, first, second }
  await tryAdding(trial, group)
  await tryRemoving(trial, group)
  await tryMany(trial, group)
}

async function tryAdding(trial: Trial, group: TriedGroup): Promise<void> {
  const { key, first, second } = group
  const added = await trial.target().changeMembers({ key, add: [first], remove: [], all: [first] })
  if (added.kind !== 'done') return trial.note(`A member could not be added: ${say(added)}`)
  const isShown = await hasMembers(trial, group, [first])
  trial.find('showsMembers', isShown, isShown ? 'Members are shown' : 'A member was added and is not shown')
  const both = { key, add: [second], remove: [], all: [first, second] }
  const outcome = await trial.target().changeMembers(both)
  if (!isShown || outcome.kind !== 'done' || (await hasMembers(trial, group, [first, second]))) return
  trial.find('memberAdding', 'whole', 'Adding a member took another away')
  await trial.target().changeMembers(both)
}

const removals: readonly TargetProfileInput[] = [
  { memberRemoval: 'path' },
  { memberRemoval: 'values' },
  { memberRemoval: 'whole' },
]

/** The first form that takes away one member and leaves the other. */
async function tryRemoving(trial: Trial, group: TriedGroup): Promise<void> {
  const profile = trial.profile()
  if (profile.memberAdding === 'whole' || profile.writes === 'put') return
  // What the preset says is tried first.
  const ordered = [{ memberRemoval: profile.memberRemoval }, ...removals]
  for (const guess of ordered) {
    if (!(await removes(trial, group, guess))) continue
    const evidence = profile.showsMembers
      ? 'A member was taken away in this form, and the other one stayed'
      : 'It was taken in this form; whether it happened is not shown'
    return trial.find('memberRemoval', guess.memberRemoval ?? 'path', evidence)
  }
  trial.note('No form of removal that we know takes a member away')
}

async function removes(trial: Trial, group: TriedGroup, guess: TargetProfileInput): Promise<boolean> {
  const { key, first, second } = group
  const target = trial.target(guess)
  const outcome = await target.changeMembers({ key, add: [], remove: [first], all: [second] })
  const isGone =
    outcome.kind === 'done' && (!trial.profile().showsMembers || (await hasMembers(trial, group, [second])))
  // Both are there again for what comes next.
  await target.changeMembers({ key, add: [first, second], remove: [], all: [first, second] })
  return isGone
}

async function hasMembers(trial: Trial, { key }: TriedGroup, wanted: readonly string[]): Promise<boolean> {
  return trial.shows('team', key, (resource) => {
    const members = resource === undefined ? [] : membersOf(resource)
    return members.length === wanted.length && wanted.every((id) => members.includes(id))
  })
}

function membersOf(resource: JsonObject): readonly string[] {
  const members = resource[keyOf(resource, 'members')]
  if (!Array.isArray(members)) return []
  return members.flatMap((member) =>
    isJsonObject(member) && typeof member['value'] === 'string' ? [member['value']] : [],
  )
}

/** One member many times over is a long list too: whether it is refused tells how long a list may be. */
async function tryMany(trial: Trial, { key, first }: TriedGroup): Promise<void> {
  const profile = completeProfile(trial.profile())
  if (replacesMembers(profile) || trial.isPinned('membersMax')) return
  for (const count of [profile.membersMax, 50, 20, 10, 5]) {
    if (count > profile.membersMax) continue
    const add = Array.from({ length: count }, () => first)
    const outcome: Outcome<TargetObject | null> = await trial.target().changeMembers({ key, add, remove: [] })
    if (outcome.kind === 'done') return trial.find('membersMax', count, `${count} members in one request were taken`)
    if (outcome.kind !== 'refused') return
  }
}
