import { isJsonObject, type JsonObject } from '@rollcall/scim'
import { peopleActNames } from '@rollcall/admin-api/names'
import { AccessError } from '../access/access-error.ts'
import { loadRegistry } from '../access/custom-types.ts'
import { insertActItems, selectNamedPeople, type ActItem } from '../db/queries/people-acts.ts'
import type { PersonState } from '../db/queries/people.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { parseTypeId } from '../type-id.ts'
import { openActDirectory, type ActDirectory } from './act-directory.ts'
import { toRefusal } from './act-refusal.ts'
import { listInvitations, resendInvitation } from './invitations.ts'
import { countListed, listPeople, toBoundFilter, type ListPeople } from './list-people.ts'
import { beginOverrides } from './overrides.ts'
import { getPerson, setSuspended } from './people.ts'
import type { PeopleAct, Selection } from './people-acts.ts'
import { addMembersIn } from './team-people.ts'

/** What a run gives whoever executes it. */
export type ActWork = {
  readonly organizationId: string
  readonly id: string
  readonly input: JsonObject
  readonly checkpoint: JsonObject | undefined
  readonly done: number
  readonly createdBy: string
  readonly signal: AbortSignal
  advance(
    db: Queryable,
    progress: { readonly checkpoint: JsonObject; readonly done: number; readonly total?: number },
  ): Promise<void>
}

export type ActParts = {
  readonly database: Database
  readonly clock: () => Date
  readonly newId: () => string
}

type Counts = { readonly changed: number; readonly unchanged: number; readonly failed: number }

const peoplePerPage = 100

/** Goes through whom it is about, page by page; behind the last page that was done after a crash. */
export async function actOnPeople(parts: ActParts, work: ActWork): Promise<JsonObject> {
  const act = parseAct(work.input)
  const walk = await openWalk(parts.database, work.organizationId, act.selection)
  const directory = openActDirectory(parts, work, act.reason ?? undefined)
  let { after, ...counts } = parseCheckpoint(work.checkpoint)
  let { done } = work
  for (let ids = await walk.next(after); ids.length > 0; ids = await walk.next(after)) {
    work.signal.throwIfAborted()
    const moved = await actOnPage(
      { parts, directory, work },
      act,
      ids.filter((id) => !walk.except.has(id)),
    )
    counts = add(counts, moved)
    after = ids.at(-1)
    done += ids.length
    const checkpoint = { after: after ?? null, ...counts }
    await work.advance(parts.database, { checkpoint, done, total: Math.max(walk.total, done) })
  }
  return { act: act.act, ...counts }
}

type Walk = {
  readonly total: number
  readonly except: ReadonlySet<string>
  next(after: string | undefined): Promise<readonly string[]>
}

/** The people of a selection in the order of their ids: who leaves it by the act itself moves nobody to another page. */
async function openWalk(database: Database, organizationId: string, selection: Selection): Promise<Walk> {
  if (selection.kind === 'named') {
    const ids = await selectNamedPeople(database, organizationId, selection.ids)
    return {
      total: ids.length,
      except: new Set(),
      next: (after = '') => Promise.resolve(ids.filter((id) => id > after).slice(0, peoplePerPage)),
    }
  }
  const query = await toListQuery(database, organizationId, selection)
  return {
    total: await countListed(database, query),
    except: new Set(selection.except),
    next: async (after) =>
      (await listPeople(database, query, { limit: peoplePerPage, after })).data.map(({ id }) => id),
  }
}

async function toListQuery(
  database: Database,
  organizationId: string,
  selection: Extract<Selection, { readonly kind: 'matching' }>,
): Promise<ListPeople> {
  const { states, search, connectionId, teamId, filter } = selection
  return {
    organizationId,
    states,
    search: search ?? undefined,
    connectionId: connectionId ?? undefined,
    teamId: teamId ?? undefined,
    filter:
      filter === null ? undefined : toBoundFilter(await loadRegistry(database, organizationId, undefined), filter),
  }
}

type Place = { readonly parts: ActParts; readonly directory: ActDirectory; readonly work: ActWork }

async function actOnPage(place: Place, act: PeopleAct, ids: readonly string[]): Promise<Counts> {
  if (act.act === 'addToTeam' && act.teamId !== null) {
    const counts = await joinTogether(place, act.teamId, ids)
    if (counts !== undefined) return counts
  }
  let counts: Counts = { changed: 0, unchanged: 0, failed: 0 }
  for (const id of ids) {
    place.work.signal.throwIfAborted()
    counts = add(counts, await actOnOne(place, act, id))
  }
  return counts
}

/** All of a page in one change of the team; undefined when something speaks against somebody: then one after the other. */
async function joinTogether(
  { parts, directory, work }: Place,
  teamId: string,
  ids: readonly string[],
): Promise<Counts | undefined> {
  if (ids.length === 0) return { changed: 0, unchanged: 0, failed: 0 }
  const context = await directory.contextOf(null)
  try {
    const added = await transaction(parts.database, async (tx) => {
      const joined = await addMembersIn(tx, context, { teamId, members: ids.map((id) => ({ id, label: id })) })
      await insertActItems(tx, nameOf(work), joined.map(toDone))
      return joined
    })
    return { changed: added.length, unchanged: ids.length - added.length, failed: 0 }
  } catch (error) {
    if (toRefusal(error) === undefined) throw error
    return undefined
  }
}

async function actOnOne(place: Place, act: PeopleAct, id: string): Promise<Counts> {
  const { parts, work } = place
  try {
    const isChanged = await changeOne(place, act, id)
    return { changed: isChanged ? 1 : 0, unchanged: isChanged ? 0 : 1, failed: 0 }
  } catch (error) {
    const refusal = toRefusal(error)
    if (refusal === undefined) throw error
    await insertActItems(parts.database, nameOf(work), [{ userId: id, outcome: 'failed', ...refusal }])
    return { changed: 0, unchanged: 0, failed: 1 }
  }
}

/** What changes somebody and what remembers it, in one transaction; false when there was nothing to change. */
async function changeOne({ parts, directory, work }: Place, act: PeopleAct, id: string): Promise<boolean> {
  if (act.act === 'suspend' && parseTypeId('usr', work.createdBy) === id)
    throw new AccessError('yourself', 'Whoever acts is not suspended by it: somebody else must do that')
  if (act.act === 'resendInvitation') return inviteAgain({ parts, directory, work }, id)
  return transaction(parts.database, async (tx) => {
    const person = await getPerson(tx, work.organizationId, id)
    const context = { ...(await directory.contextOf(person.connection_id)), tx }
    const isSuspended = act.act === 'suspend'
    if (act.act === 'addToTeam') {
      const members = [{ id, label: id }]
      if ((await addMembersIn(tx, context, { teamId: act.teamId ?? '', members })).length === 0) return false
    } else {
      if ((person.state === 'suspended') === isSuspended) return false
      if (act.overrideUntil !== null && person.connection_id !== null) await overrideActive({ parts, context }, act, id)
      await setSuspended(parts, context, { id, isSuspended })
    }
    await insertActItems(tx, nameOf(work), [toDone(id)])
    return true
  })
}

async function overrideActive(
  { parts, context }: { readonly parts: ActParts; readonly context: Parameters<typeof beginOverrides>[1] },
  { overrideUntil, reason }: PeopleAct,
  personId: string,
): Promise<void> {
  const command = { personId, attributes: ['active'], reason: reason ?? 'State set by hand' }
  try {
    await beginOverrides(parts, context, { ...command, until: new Date(overrideUntil ?? 0) })
  } catch (error) {
    // Nobody manages him, so nobody has to be kept from undoing it.
    if (!(error instanceof AccessError && error.code === 'notManaged')) throw error
  }
}

async function inviteAgain({ parts, work }: Place, id: string): Promise<boolean> {
  const { organizationId } = work
  const now = parts.clock()
  await getPerson(parts.database, organizationId, id)
  const { data } = await listInvitations(parts.database, organizationId, {
    state: undefined,
    userId: id,
    now,
    limit: 1,
  })
  const [latest] = data
  if (latest === undefined) throw new AccessError('invitationNotFound', 'The person was never invited')
  const call = { actor: work.createdBy, now, requestId: requestIdOf(work), rights: 'all' } as const
  await resendInvitation(parts.database, call, { organizationId, id: latest.id })
  await insertActItems(parts.database, nameOf(work), [toDone(id)])
  return true
}

function toDone(userId: string): ActItem {
  return { userId, outcome: 'done', code: null, detail: null }
}

function nameOf(work: ActWork) {
  return { organizationId: work.organizationId, runId: work.id }
}

function requestIdOf({ input }: ActWork): string {
  return typeof input['requestId'] === 'string' ? input['requestId'] : ''
}

function add(a: Counts, b: Counts): Counts {
  return {
    changed: a.changed + b.changed,
    unchanged: a.unchanged + b.unchanged,
    failed: a.failed + b.failed,
  }
}

function parseCheckpoint(checkpoint: JsonObject | undefined): Counts & { readonly after: string | undefined } {
  const numberOf = (name: string): number => Number(checkpoint?.[name] ?? 0)
  const after = checkpoint?.['after']
  return {
    changed: numberOf('changed'),
    unchanged: numberOf('unchanged'),
    failed: numberOf('failed'),
    after: typeof after === 'string' ? after : undefined,
  }
}

/** What `queuePeopleAct` wrote, and nobody else does. */
function parseAct(input: JsonObject): PeopleAct {
  const act = peopleActNames.find((name) => name === input['act'])
  const { selection } = input
  if (act === undefined || !isJsonObject(selection)) throw new Error('The run names no act on people')
  const textOf = (name: string): string | null => {
    const value = input[name]
    return typeof value === 'string' ? value : null
  }
  return {
    act,
    selection: parseSelection(selection),
    teamId: textOf('teamId'),
    reason: textOf('reason'),
    overrideUntil: textOf('overrideUntil'),
  }
}

const states: readonly PersonState[] = ['pending', 'active', 'suspended', 'deprovisioned']

function parseSelection(stored: JsonObject): Selection {
  const textsOf = (name: string): readonly string[] => {
    const value = stored[name]
    return Array.isArray(value) ? value.map(String) : []
  }
  const textOf = (name: string): string | null => {
    const value = stored[name]
    return typeof value === 'string' ? value : null
  }
  if (stored['kind'] === 'named') return { kind: 'named', ids: textsOf('ids') }
  return {
    kind: 'matching',
    states: states.filter((state) => textsOf('states').includes(state)),
    search: textOf('search'),
    connectionId: textOf('connectionId'),
    teamId: textOf('teamId'),
    filter: textOf('filter'),
    except: textsOf('except'),
  }
}
