import {
  compareGroups,
  seeGroups,
  stageGoneGroups,
  stageGroups,
  stageMembers,
  unstageMembers,
  type GivenGroup,
  type MemberPiece,
} from '../../db/queries/source-group-intake.ts'
import type { ReadOf } from '../../db/queries/source-reads.ts'
import type { Transaction } from '../../db/transaction.ts'
import { isStorableJson } from '../../directory/resource-values.ts'
import { hashOf, toCanonical } from '../canonical.ts'
import { findAnchorFlaw } from '../name-record.ts'
import { isDeeper, levelsMax, tooDeep } from '../nesting.ts'
import type { SourceGroup } from '../reader.ts'
import { toPlace, toStorableEntry } from '../sort-entries.ts'

const rawCharactersMax = 200_000
const tooLarge = {
  reason: 'recordTooLarge',
  detail: `The group has more than ${rawCharactersMax} characters besides its members`,
}
const invalidText = {
  reason: 'invalidText',
  detail: 'A text of the group is no valid Unicode, or holds the character U+0000',
}
/** Members in one statement. */
const pieceRows = 10_000

type BadGroup = Extract<SourceGroup, { readonly kind: 'bad' }>
type Given = GivenGroup & { readonly members: readonly string[] }

const none = { groups: 0, groupsChanged: 0, groupsDeleted: 0, groupsBad: 0 }

export type TakenGroups = {
  readonly bad: readonly BadGroup[]
  readonly counts: {
    readonly groups: number
    readonly groupsChanged: number
    readonly groupsDeleted: number
    readonly groupsBad: number
  }
}

/** Stages what differs of the groups of a page: a group that is as it was costs two hashes, one that changed the members that moved. */
export async function takeGroups(
  tx: Transaction,
  of: ReadOf,
  { groups, isFull }: { readonly groups: readonly SourceGroup[]; readonly isFull: boolean },
): Promise<TakenGroups> {
  if (groups.length === 0) return { bad: [], counts: none }
  const { given, bad, gone } = sort(groups)
  const changed = await compareGroups(tx, of, { groups: given, isFull })
  const pairs = changed.flatMap(({ position, hasOtherMembers }) => {
    const group = given[position - 1]
    return group === undefined ? [] : [{ group, hasOtherMembers }]
  })
  await stageGroups(
    tx,
    of,
    pairs.map(({ group }) => group),
  )
  for (const { group, hasOtherMembers } of pairs)
    if (hasOtherMembers) await stageDifferences(tx, of, { anchor: group.anchor, members: group.members })
  await stageGoneGroups(tx, of, gone)
  if (isFull) await seeGroups(tx, of, listAnchors(bad))
  const counts = {
    groups: given.length,
    groupsChanged: pairs.length,
    groupsDeleted: gone.length,
    groupsBad: bad.length,
  }
  return { bad, counts }
}

function listAnchors(bad: readonly BadGroup[]): readonly string[] {
  return bad.map(({ anchor }) => anchor).filter((anchor) => anchor !== undefined)
}

function sort(groups: readonly SourceGroup[]) {
  const given = new Map<string, Given>()
  const gone = new Map<string, { readonly anchor: string; readonly place: string }>()
  const bad: BadGroup[] = []
  for (const group of groups) {
    if (group.kind === 'bad') bad.push(toStorableEntry(group))
    else if (group.kind === 'deleted') {
      if (isKey(group.anchor)) gone.set(group.anchor, { anchor: group.anchor, place: toPlace(group.place) })
    } else {
      const taken = toGiven(group)
      if ('kind' in taken) bad.push(taken)
      else {
        gone.delete(group.anchor)
        given.set(group.anchor, taken)
      }
    }
  }
  return { given: [...given.values()].filter(({ anchor }) => !gone.has(anchor)), gone: [...gone.values()], bad }
}

function toGiven(group: Extract<SourceGroup, { readonly kind: 'group' }>): Given | BadGroup {
  const { anchor, attributes, memberKey = null } = group
  const place = toPlace(group.place)
  const refuse = (flaw: { readonly reason: string; readonly detail: string }, named: string | undefined): BadGroup => {
    return { kind: 'bad', anchor: named, place, attribute: undefined, ...flaw }
  }
  const flaw = findAnchorFlaw(anchor)
  if (flaw !== undefined) return refuse(flaw, undefined)
  const keyFlaw = memberKey === null ? undefined : findAnchorFlaw(memberKey)
  if (keyFlaw !== undefined) return refuse(keyFlaw, anchor)
  if (isDeeper(attributes, levelsMax)) return refuse(tooDeep, anchor)
  const raw = toCanonical(attributes)
  if (raw.length > rawCharactersMax) return refuse(tooLarge, anchor)
  if (!isStorableJson(raw)) return refuse(invalidText, anchor)
  const members = sortByBytes(group.members.filter(isKey))
  return {
    anchor,
    // Under another name for others it is another group.
    hash: hashOf(`${raw}\n${memberKey ?? ''}`),
    raw,
    membersHash: hashOf(members.join('\n')),
    memberKey,
    members,
    place,
  }
}

/** What names nobody whom we could know is passed over. */
function isKey(key: string): boolean {
  return findAnchorFlaw(key) === undefined
}

/** Each once, in the order in which the database compares them. */
function sortByBytes(keys: readonly string[]): readonly string[] {
  const decorated = [...new Set(keys)].map((key) => ({ key, bytes: Buffer.from(key) }))
  return decorated.toSorted((one, other) => Buffer.compare(one.bytes, other.bytes)).map(({ key }) => key)
}

async function stageDifferences(
  tx: Transaction,
  of: ReadOf,
  { anchor: groupAnchor, members }: { readonly anchor: string; readonly members: readonly string[] },
): Promise<void> {
  await unstageMembers(tx, of, groupAnchor)
  for (const piece of piecesOf(members)) await stageMembers(tx, of, { groupAnchor, ...piece })
}

/** Pieces that cover all members that there could be, so that whoever lies in none of their keys has gone. */
function* piecesOf(members: readonly string[]): Generator<Omit<MemberPiece, 'groupAnchor'>> {
  for (let start = 0; start === 0 || start < members.length; start += pieceRows) {
    const keys = members.slice(start, start + pieceRows)
    const isLast = start + pieceRows >= members.length
    yield { keys, after: members[start - 1] ?? null, until: isLast ? null : (keys.at(-1) ?? null) }
  }
}
