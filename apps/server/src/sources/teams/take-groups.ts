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
import { hashOf, isStorable, toCanonical } from '../canonical.ts'
import type { SourceGroup } from '../reader.ts'

const keyCharactersMax = 1_000
const rawCharactersMax = 200_000
/** Members in one statement. */
const pieceRows = 10_000

type BadGroup = Extract<SourceGroup, { readonly kind: 'bad' }>
type Given = GivenGroup & { readonly members: readonly string[] }

export type TakenGroups = {
  readonly bad: readonly BadGroup[]
  readonly counts: { readonly groups: number; readonly groupsChanged: number; readonly groupsDeleted: number }
}

/** Stages what differs of the groups of a page: a group that is as it was costs two hashes, one that changed the members that moved. */
export async function takeGroups(
  tx: Transaction,
  of: ReadOf,
  { groups, isFull }: { readonly groups: readonly SourceGroup[]; readonly isFull: boolean },
): Promise<TakenGroups> {
  if (groups.length === 0) return { bad: [], counts: { groups: 0, groupsChanged: 0, groupsDeleted: 0 } }
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
  return { bad, counts: { groups: given.length, groupsChanged: pairs.length, groupsDeleted: gone.length } }
}

function listAnchors(bad: readonly BadGroup[]): readonly string[] {
  return bad.map(({ anchor }) => anchor).filter((anchor) => anchor !== undefined)
}

function sort(groups: readonly SourceGroup[]) {
  const given = new Map<string, Given>()
  const gone = new Map<string, { readonly anchor: string; readonly place: string }>()
  const bad: BadGroup[] = []
  for (const group of groups) {
    if (group.kind === 'bad') bad.push(group)
    else if (group.kind === 'deleted') gone.set(group.anchor, group)
    else {
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

function toGiven({
  anchor,
  attributes,
  memberKey,
  members: named,
  place,
}: Extract<SourceGroup, { readonly kind: 'group' }>): Given | BadGroup {
  const refuse = (reason: string, detail: string): BadGroup => ({
    kind: 'bad',
    anchor: anchor === '' ? undefined : anchor.slice(0, keyCharactersMax),
    place,
    attribute: undefined,
    reason,
    detail,
  })
  const raw = toCanonical(attributes)
  if (anchor === '') return refuse('anchorMissing', 'The group has nothing that names it')
  if (anchor.length > keyCharactersMax || (memberKey?.length ?? 0) > keyCharactersMax)
    return refuse('anchorTooLong', `What names the group has more than ${keyCharactersMax} characters`)
  if (raw.length > rawCharactersMax)
    return refuse('recordTooLarge', `The group has more than ${rawCharactersMax} characters besides its members`)
  if (!isStorable(anchor + (memberKey ?? ''), raw))
    return refuse('invalidText', 'A text of the group is no valid Unicode, or holds the character U+0000')
  const members = sortByBytes(named.filter(isKey))
  return {
    anchor,
    // Under another name for others it is another group.
    hash: hashOf(`${raw}\n${memberKey ?? ''}`),
    raw,
    membersHash: hashOf(members.join('\n')),
    memberKey: memberKey ?? null,
    members,
    place,
  }
}

/** What names nobody whom we could know is passed over. */
function isKey(key: string): boolean {
  return key !== '' && key.length <= keyCharactersMax && !key.includes('\0') && key.isWellFormed()
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
