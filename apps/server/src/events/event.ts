import { findEventShape, findEventVersion, findSubjectPrefix, toEventType } from '@rollcall/admin-api'
import { isJsonObject, type Json, type JsonObject } from '@rollcall/scim'
import { selectTeamsAmong } from '../db/queries/outbox.ts'
import type { Queryable } from '../db/pool.ts'
import { formatTypeId, parseTypeId, type IdPrefix } from '../type-id.ts'
import type { OutboxChange } from './outbox.ts'

/** A change as the world outside hears of it. */
export type Event = {
  readonly id: string
  readonly type: string
  /** Of the schema of `data`. */
  readonly version: number
  readonly timestamp: string
  readonly data: JsonObject
}

/** Every change is an event; the same change is always the same event, whenever and however often it is asked for. */
export async function toEvents(database: Queryable, changes: readonly OutboxChange[]): Promise<readonly Event[]> {
  const teams = await findTeams(database, changes)
  return changes.map((change) => toEvent(change, teams))
}

/** Members are people or teams; the changes name them by their bare ids. */
async function findTeams(database: Queryable, changes: readonly OutboxChange[]): Promise<ReadonlySet<string>> {
  const organizations: string[] = []
  const members: string[] = []
  for (const { organizationId, data } of changes) {
    const { added, removed } = isJsonObject(data['members']) ? data['members'] : {}
    for (const id of [...toIds(added), ...toIds(removed)]) {
      organizations.push(organizationId)
      members.push(id)
    }
  }
  return members.length === 0 ? new Set() : selectTeamsAmong(database, organizations, members)
}

function toEvent(change: OutboxChange, teams: ReadonlySet<string>): Event {
  const type = toEventType(change.action)
  const { via, reason, changes, members, ...rest } = change.data
  const shape = findEventShape(type)
  return {
    id: toEventId(change),
    type,
    version: findEventVersion(type),
    timestamp: change.at.toISOString(),
    data: {
      organizationId: formatTypeId('org', change.organizationId),
      actor: change.actor,
      via: toText(via),
      reason: toText(reason),
      connectionId: change.connectionId === null ? null : formatTypeId('con', change.connectionId),
      requestId: change.requestId === '' ? null : change.requestId,
      subject: {
        type: change.subjectKind,
        id: toSubjectId(change.subjectKind, change.subjectId),
        version: change.subjectVersion,
      },
      ...(shape === 'changes' && { changes: Array.isArray(changes) ? changes : [] }),
      ...(shape === 'members' && toMembers(members, teams)),
      details: toDetails({
        ...rest,
        ...(shape !== 'changes' && changes !== undefined && { changes }),
        ...(shape !== 'members' && members !== undefined && { members: toMembers(members, teams) }),
      }),
    },
  }
}

const positionCharacters = 12

/** The position and the end of the organization's id, in the form of a UUID (RFC 9562 §5.8): it sorts like the position. */
export function toEventId({ position, organizationId }: Pick<OutboxChange, 'position' | 'organizationId'>): string {
  const hex = position.toString(16).padStart(positionCharacters, '0')
  return formatTypeId('evt', `${hex.slice(0, 8)}-${hex.slice(8)}-8000-8000-${organizationId.slice(-12)}`)
}

/** The position behind the id of an event; undefined when it cannot be one of that organization. */
export function findEventPosition(id: string, organizationId: string): number | undefined {
  const uuid = parseTypeId('evt', id)
  if (uuid === undefined || uuid.slice(14) !== `8000-8000-${organizationId.slice(-12)}`) return undefined
  return Number.parseInt(uuid.slice(0, 13).replace('-', ''), 16)
}

function toSubjectId(kind: string, id: string): string {
  const prefix = findSubjectPrefix(kind)
  return prefix === undefined ? id : formatTypeId(prefix, id)
}

function toText(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null
}

function toMembers(members: Json | undefined, teams: ReadonlySet<string>): JsonObject {
  const { added, removed, addedCount, removedCount } = isJsonObject(members) ? members : {}
  const joined = toIds(added).map((id) => toId(teams.has(id) ? 'team' : 'usr', id))
  const left = toIds(removed).map((id) => toId(teams.has(id) ? 'team' : 'usr', id))
  return {
    added: joined,
    removed: left,
    addedCount: typeof addedCount === 'number' ? addedCount : joined.length,
    removedCount: typeof removedCount === 'number' ? removedCount : left.length,
  }
}

function toIds(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
}

// Where the changes name things of ours by their bare ids.
const idFields: ReadonlyMap<string, IdPrefix> = new Map<string, IdPrefix>([
  ['userId', 'usr'],
  ['ownerUserId', 'usr'],
  ['to', 'usr'],
  ['teamId', 'team'],
  ['groupId', 'grp'],
  ['keyId', 'key'],
  ['roleId', 'role'],
  ['sessionId', 'ses'],
  ['identityProviderId', 'idp'],
  ['notice', 'note'],
])

function toDetails(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter((entry): entry is [string, Json] => entry[1] !== undefined)
      .map(([name, item]) => [name, toDetail(name, item)]),
  )
}

function toDetail(name: string, item: Json): Json {
  if (name === 'role' && isJsonObject(item) && typeof item['id'] === 'string')
    return { ...item, id: toId('role', item['id']) }
  const listed = idLists.get(name)
  if (listed !== undefined && Array.isArray(item)) return toIds(item).map((id) => toId(listed, id))
  const prefix = idFields.get(name)
  return prefix !== undefined && typeof item === 'string' ? toId(prefix, item) : item
}

// Lists of such ids.
const idLists: ReadonlyMap<string, IdPrefix> = new Map<string, IdPrefix>([
  ['users', 'usr'],
  ['teams', 'team'],
])

/** What is no UUID was written with its prefix, or is a name of its own. */
function toId(prefix: IdPrefix, text: string): string {
  return uuid.test(text) ? formatTypeId(prefix, text) : text
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
