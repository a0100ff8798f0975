import type { ScimPlace } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import { ScimClientError, type Client, type ListPlace, type ResourceClient } from '@rollcall/scim/client'
import {
  sampleMax,
  type ReadRequest,
  type SourceEntry,
  type SourceGroup,
  type SourcePage,
  type SourceReader,
} from '../reader.ts'
import { SourceError } from '../source-error.ts'
import { nameRecord } from '../name-record.ts'
import { toScimColumns } from './columns.ts'
import { toSourceError } from './failures.ts'
import { GroupMembers, namesGroups, type MembersSight } from './group-members.ts'
import { toScimGroup } from './groups.ts'

/** Changes that were under way when a read began may bear an earlier time than its beginning. */
const overlapMs = 5 * 60_000
/** Members may be many, and a page is held as a whole. */
const groupsPerPage = 50
/** Nothing has changed after it. */
const future = '9999-01-01T00:00:00Z'

export type ScimSource = {
  readonly place: ScimPlace
  /** The column that names a record. */
  readonly anchor: string
  /** Groups are read too. */
  readonly hasGroups: boolean
}

/** Reads the people of another SCIM server, page by page; what changed since, where it can tell. */
export function createScimReader(source: ScimSource, client: Client): SourceReader {
  return {
    abilities: { canDelta: source.place.delta === 'auto', tellsDeletions: false },
    read: (request) => failSayingWhy(readPages(source, client, request)),
    probe: async (signal) => {
      try {
        const query = { filter: source.place.filter, count: sampleMax, signal }
        const { resources } = await client.users.page(omitUndefined(query), { kind: 'index', startIndex: 1 })
        const sample = resources.map((resource) => toEntry(source, resource as JsonObject)) // What came is JSON.
        const names = sample.flatMap((entry) => (entry.kind === 'record' ? Object.keys(entry.attributes) : []))
        return { sample, columns: [...new Set(names)] }
      } catch (error) {
        throw toSourceError(error)
      }
    },
  }
}

async function* readPages(source: ScimSource, client: Client, request: ReadRequest): AsyncGenerator<SourcePage> {
  const { place } = source
  const { signal, now, checkpoint } = request
  const since = request.mode === 'delta' ? checkpoint?.['since'] : undefined
  if (request.mode === 'delta' && typeof since !== 'string')
    throw new SourceError('checkpointLost', 'Nobody knows since when there are changes')
  const begun = parsePlace(request.cursor)
  // The watermark is the beginning of the read, however often it broke off.
  const next =
    begun === undefined
      ? await findCheckpoint(source, client, { signal, now, isKnown: typeof since === 'string' })
      : begun.checkpoint
  const filter = joinFilters(place.filter, typeof since === 'string' ? `meta.lastModified gt "${since}"` : undefined)
  const query = omitUndefined({ filter, count: place.pageSize, isTotalStrict: true, signal })
  const state: Reading = { done: begun?.done ?? 0, isNamedByPeople: begun?.sight.isNamedByPeople ?? false, next }
  if (begun === undefined || begun.stage === 'people') yield* readPeople(source, client, { query, begun, state })
  if (source.hasGroups && begun?.stage !== 'end') {
    const fresh = { at: undefined, sight: { way: undefined, isNamedByPeople: state.isNamedByPeople } }
    const { at, sight } = begun?.stage === 'groups' ? begun : fresh
    yield* readGroupPages(client, state, { signal, since, pageSize: place.pageSize, at, sight })
  }
  const progress = { done: state.done, total: state.done }
  yield { entries: [], cursor: undefined, progress, end: { checkpoint: next } }
}

/** How far a read is, over people and groups. */
type Reading = { done: number; isNamedByPeople: boolean; readonly next: JsonObject | undefined }
type Query = Parameters<Client['users']['pages']>[0]

async function* readPeople(
  source: ScimSource,
  client: Client,
  { query, begun, state }: { readonly query: Query; readonly begun: Place | undefined; readonly state: Reading },
): AsyncGenerator<SourcePage> {
  let entries: SourceEntry[] = []
  for await (const stretch of goOn(client.users, query, begun?.at)) {
    const found = stretch.resources.map((resource) => resource as JsonObject) // What came is JSON.
    state.isNamedByPeople ||= found.some(namesGroups)
    entries.push(...found.map((resource) => toEntry(source, resource)))
    if (stretch.next === undefined || entries.length < source.place.pageSize) continue
    state.done += entries.length
    const cursor = cursorAt(state, { at: stretch.next, stage: 'people' })
    yield { entries, cursor, progress: { done: state.done, total: undefined } }
    entries = []
  }
  state.done += entries.length
  const cursor = source.hasGroups ? cursorAt(state, { at: undefined, stage: 'groups' }) : undefined
  yield { entries, cursor, progress: { done: state.done, total: state.done } }
}

async function* readGroupPages(client: Client, state: Reading, request: GroupRequest): AsyncGenerator<SourcePage> {
  const progress = { done: state.done, total: state.done }
  for await (const { found, ...behind } of readGroups(client, request)) {
    const stage = behind.at === undefined ? 'end' : 'groups'
    yield { entries: [], groups: found, cursor: cursorAt(state, { ...behind, stage }), progress }
  }
}

function cursorAt(
  { done, isNamedByPeople, next }: Reading,
  place: Pick<Place, 'at' | 'stage'> & Partial<Pick<Place, 'sight'>>,
): JsonObject {
  return toCursor({ done, checkpoint: next, sight: { way: undefined, isNamedByPeople }, ...place })
}

type GroupRequest = Pick<Place, 'at' | 'sight'> & {
  readonly signal: AbortSignal
  readonly since: unknown
  readonly pageSize: number
}

type GroupStretch = Pick<Place, 'at' | 'sight'> & { readonly found: readonly SourceGroup[] }

/** Groups with their members: whole resources, since what of them changed nobody tells. */
async function* readGroups(
  client: Client,
  { signal, since, pageSize, at, sight }: GroupRequest,
): AsyncGenerator<GroupStretch> {
  const filter = typeof since === 'string' ? `meta.lastModified gt "${since}"` : undefined
  const query = omitUndefined({ filter, count: Math.min(pageSize, groupsPerPage), isTotalStrict: true, signal })
  const members = new GroupMembers(client, signal, sight)
  for await (const { resources, next } of goOn(client.groups, query, at)) {
    const groups = resources.map((resource) => resource as JsonObject) // What came is JSON.
    const found = (await members.complete(groups)).map(toScimGroup)
    yield { found, at: next, sight: members.sight }
  }
}

/** Where a read goes on that broke off. */
type Place = {
  /** Undefined: at the beginning of the list. */
  readonly at: ListPlace | undefined
  readonly done: number
  readonly checkpoint: JsonObject | undefined
  /** Of what it is the place; `end`: all was read, and only that is still to be said. */
  readonly stage: 'people' | 'groups' | 'end'
  readonly sight: MembersSight
}

function toCursor({ at, done, checkpoint, stage, sight }: Place): JsonObject {
  const { way, isNamedByPeople } = sight
  return {
    done,
    stage,
    sight: { isNamedByPeople, ...(way !== undefined && { way }) },
    ...(at !== undefined && { at }),
    ...(checkpoint !== undefined && { checkpoint }),
  }
}

const unseen: MembersSight = { way: undefined, isNamedByPeople: false }

function parsePlace(cursor: JsonObject | undefined): Place | undefined {
  if (cursor?.['done'] === undefined) return undefined
  // This file wrote it, or did so before it knew of groups.
  return { stage: 'people', sight: unseen, ...(cursor as unknown as Omit<Place, 'stage' | 'sight'>) }
}

/** A server may have forgotten its cursor by now: then all is read anew. */
async function* goOn<Resource extends object>(
  list: ResourceClient<Resource>,
  query: Parameters<Client['users']['pages']>[0],
  from: ListPlace | undefined,
): ReturnType<ResourceClient<Resource>['pages']> {
  let isFirst = from?.position.kind === 'cursor'
  try {
    for await (const stretch of list.pages(query, from)) {
      isFirst = false
      yield stretch
    }
  } catch (error) {
    if (isFirst && error instanceof ScimClientError && error.status === 400)
      throw new SourceError('checkpointLost', 'The server has forgotten where the read broke off')
    throw error
  }
}

/** From where the next delta goes on; undefined: the server does not filter by time, so there is none. */
async function findCheckpoint(
  { place }: ScimSource,
  client: Client,
  { signal, now, isKnown }: { readonly signal: AbortSignal; readonly now: Date; readonly isKnown: boolean },
): Promise<JsonObject | undefined> {
  const checkpoint = { since: new Date(now.getTime() - overlapMs).toISOString() }
  if (place.delta === 'never') return undefined
  return isKnown || (await filtersByTime(client, signal)) ? checkpoint : undefined
}

/** A server that filters finds nobody who changes after the end of time; one that does not shows somebody, or refuses. */
async function filtersByTime(client: Client, signal: AbortSignal): Promise<boolean> {
  try {
    const query = { filter: `meta.lastModified gt "${future}"`, count: 1, signal }
    const { resources, totalResults } = await client.users.page(query, { kind: 'index', startIndex: 1 })
    return resources.length === 0 && totalResults === 0
  } catch (error) {
    if (error instanceof ScimClientError && error.kind === 'response' && isRefusal(error.status)) return false
    throw error
  }
}

function isRefusal(status: number | undefined): boolean {
  return status === 400 || status === 403 || status === 501
}

function joinFilters(...filters: readonly (string | undefined)[]): string | undefined {
  const given = filters.filter((filter) => filter !== undefined)
  return given.length > 1 ? given.map((filter) => `(${filter})`).join(' and ') : given[0]
}

function toEntry({ anchor: anchorAt }: ScimSource, resource: JsonObject): SourceEntry {
  const { id } = resource
  const place = `Users/${typeof id === 'string' ? id : '?'}`
  const attributes = toScimColumns(resource)
  // Without rules it is only shown.
  const named = nameRecord(attributes, { column: anchorAt === '' ? 'id' : anchorAt, place })
  return 'kind' in named ? named : { kind: 'record', ...named, attributes, place }
}

async function* failSayingWhy(pages: AsyncGenerator<SourcePage>): AsyncGenerator<SourcePage> {
  try {
    yield* pages
  } catch (error) {
    throw toSourceError(error)
  }
}

type Given<Value> = { [Name in keyof Value]: Exclude<Value[Name], undefined> }

/** The client tells "not given" from "given as undefined". */
function omitUndefined<Value extends object>(value: Value): Partial<Given<Value>> {
  // Only what is undefined is left out.
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<Given<Value>>
}
