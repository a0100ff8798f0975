import { ScimError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { Style } from '../profile/style.ts'
import type { ResourceDraft } from '../resource/draft.ts'
import type { Registry } from '../schema/registry.ts'
import { findResourceType } from '../schema/registry.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import { hasGroups, isGroupType } from './call.ts'
import { listMatching } from './memory-list.ts'
import { applyMemberSteps, chunkMembers, listGroups, removeMemberships } from './memory-members.ts'
import { type MemoryState, type StoredResource, copyState, createState, restoreState } from './memory-state.ts'
import { assertUnique, listUniqueKeys } from './memory-unique.ts'
import type { Fields, RemoveOutcome, ResourceRecord, ResourceUpdate, Storage, UpdateOutcome } from './storage.ts'

/** How a memory store behaves; what is left out follows the RFC. */
export type MemoryStorageOptions<Context extends object> = {
  readonly registry: Registry
  /** Which organization a context stands for; resources of one do not exist for another. Default: one for all. */
  partition?(context: Context): string
  /** Uniqueness and hiding beyond the schema. */
  style?(context: Context): Style
  /** Milliseconds since the epoch. Default: the clock. */
  nowMs?(): number
  /** In lower case, never given twice, without "bulkId" in it. Default: random UUIDs. */
  newId?(): string
}

/**
 * A store that keeps everything in memory: for tests, for trying out, and as a model of the rules of {@link Storage}.
 * Nothing survives the process. Passwords are forgotten at once.
 *
 * @example
 * ```ts
 * import { createRegistry } from '@rollcall/scim'
 * import { createMemoryStorage } from '@rollcall/scim/server'
 *
 * const storage = createMemoryStorage({ registry: createRegistry() })
 * console.log(typeof storage.find) // function
 * ```
 */
export function createMemoryStorage<Context extends object>(options: MemoryStorageOptions<Context>): Storage<Context> {
  const store = new MemoryStore(options)
  return {
    find: (context, type, id, fields) => store.read(context, (scope) => scope.find(type, id, fields)),
    list: (context, type, query) =>
      store.read(context, (scope) => {
        const page = listMatching(scope.state, type, query, scope.hides)
        return { ...page, records: page.records.map((stored) => scope.toRecord(stored, query.fields)) }
      }),
    create: (context, type, draft, fields) => store.write(context, (scope) => scope.create(type, draft, fields)),
    update: (context, type, id, update) => store.write(context, (scope) => scope.update(type, id, update)),
    remove: (context, type, id, ifVersion) => store.write(context, (scope) => scope.remove(type, id, ifVersion)),
    prepareMany: (context, type, drafts) => () =>
      store.write(context, (scope) => drafts.map((draft) => scope.tryCreate(type, draft))),
    transaction: (context, work) => store.transact(context, work),
  }
}

/** Holds the organizations, and makes writers wait while a transaction runs. */
class MemoryStore<Context extends object> {
  readonly #options: MemoryStorageOptions<Context>
  readonly #states = new Map<string, MemoryState>()
  /** Transactions under way, by the context that was made for each. */
  readonly #inside = new WeakSet<object>()
  readonly #locks = new Map<string, Promise<unknown>>()

  constructor(options: MemoryStorageOptions<Context>) {
    this.#options = options
  }

  async read<Result>(context: Context, work: (scope: MemoryScope) => Result): Promise<Result> {
    return work(this.#scope(context))
  }

  async write<Result>(context: Context, work: (scope: MemoryScope) => Result): Promise<Result> {
    const lock = this.#locks.get(this.#partition(context))
    if (lock !== undefined && !this.#inside.has(context)) await lock
    return work(this.#scope(context))
  }

  async transact<Result>(context: Context, work: (context: Context) => Promise<Result>): Promise<Result> {
    const partition = this.#partition(context)
    const before = this.#locks.get(partition) ?? Promise.resolve()
    const running = before.then(() => this.#attempt(context, work))
    // Whoever waits does so for the end, however it ends.
    const lock = running.catch(() => undefined)
    this.#locks.set(partition, lock)
    try {
      return await running
    } finally {
      if (this.#locks.get(partition) === lock) this.#locks.delete(partition)
    }
  }

  async #attempt<Result>(context: Context, work: (context: Context) => Promise<Result>): Promise<Result> {
    const { state } = this.#scope(context)
    const copy = copyState(state)
    // A context of its own tells the writes of the transaction from those that wait for it.
    const inside = copyContext(context)
    this.#inside.add(inside)
    try {
      return await work(inside)
    } catch (error) {
      restoreState(state, copy)
      throw error
    }
  }

  #partition(context: Context): string {
    return this.#options.partition?.(context) ?? ''
  }

  #scope(context: Context): MemoryScope {
    const partition = this.#partition(context)
    const state = this.#states.get(partition) ?? createState()
    this.#states.set(partition, state)
    return new MemoryScope(state, this.#options.style?.(context), this.#options)
  }
}

type Clock = { nowMs?(): number; newId?(): string; readonly registry: Registry }

/** The rules of the store on one organization; everything here is synchronous and so happens at once. */
class MemoryScope {
  readonly state: MemoryState
  readonly hides: (member: StoredResource) => boolean
  readonly #style: Style | undefined
  readonly #clock: Clock

  constructor(state: MemoryState, style: Style | undefined, clock: Clock) {
    this.state = state
    this.#style = style
    this.#clock = clock
    this.hides = (member) => style?.hidesSuspendedMembers === true && member.attributes['active'] === false
  }

  find(type: ResourceType, id: string, fields: Fields): ResourceRecord | undefined {
    const stored = this.#get(type, id)
    return stored === undefined ? undefined : this.toRecord(stored, fields)
  }

  #get(type: ResourceType, id: string): StoredResource | undefined {
    const stored = this.state.resources.get(id)
    return stored?.typeName === type.name ? stored : undefined
  }

  toRecord(stored: StoredResource, fields: Fields): ResourceRecord {
    const { id, version, created, lastModified, document } = stored
    const type = findResourceType(this.#clock.registry, stored.typeName)
    return {
      id,
      version: String(version),
      created,
      lastModified,
      document,
      ...(fields.groups && type !== undefined && hasGroups(type) ? { groups: listGroups(this.state, id) } : {}),
      ...(fields.members && type !== undefined && isGroupType(type)
        ? { members: chunkMembers(this.state, id, this.hides) }
        : {}),
    }
  }

  tryCreate(type: ResourceType, draft: ResourceDraft): ResourceRecord | ScimError {
    try {
      return this.create(type, draft, { groups: false, members: false })
    } catch (error) {
      if (error instanceof ScimError) return error
      throw error
    }
  }

  create(type: ResourceType, draft: ResourceDraft, fields: Fields): ResourceRecord {
    const id = this.#clock.newId?.() ?? crypto.randomUUID()
    const keys = listUniqueKeys(type, draft.attributes, this.#style)
    assertUnique(this.state, keys, undefined)
    // Members are checked and stored first: an unknown one must leave nothing behind.
    if (draft.members !== undefined && draft.members.length > 0)
      applyMemberSteps(this.state, id, [{ kind: 'add', members: draft.members }], this.hides)
    const now = this.#now()
    const stored: StoredResource = {
      id,
      typeName: type.name,
      sequence: ++this.state.sequence,
      version: 1,
      created: now,
      lastModified: now,
      attributes: draft.attributes,
      document: JSON.stringify(draft.attributes),
    }
    this.state.resources.set(id, stored)
    for (const { key } of keys) this.state.unique.set(key, id)
    return this.toRecord(stored, fields)
  }

  update(type: ResourceType, id: string, update: ResourceUpdate): UpdateOutcome {
    const stored = this.#get(type, id)
    if (stored === undefined) return { kind: 'notFound' }
    if (update.ifVersion !== undefined && update.ifVersion !== String(stored.version)) return { kind: 'stale' }
    if (update.attributes !== undefined) this.#assertRenamed(type, stored, update.attributes)
    const isMoved = applyMemberSteps(this.state, id, update.members, this.hides)
    const isChanged = isMoved || update.attributes !== undefined || Object.keys(update.writeOnly).length > 0
    if (!isChanged) return { kind: 'unchanged', record: this.toRecord(stored, update.fields) }
    const changed = this.#store(type, stored, update.attributes ?? stored.attributes)
    return { kind: 'updated', record: this.toRecord(changed, update.fields) }
  }

  #assertRenamed(type: ResourceType, stored: StoredResource, attributes: JsonObject): void {
    assertUnique(this.state, listUniqueKeys(type, attributes, this.#style), stored.id)
  }

  #store(type: ResourceType, stored: StoredResource, attributes: JsonObject): StoredResource {
    const isSame = attributes === stored.attributes
    const changed: StoredResource = {
      ...stored,
      attributes,
      document: isSame ? stored.document : JSON.stringify(attributes),
      version: stored.version + 1,
      lastModified: this.#now(),
    }
    this.state.resources.set(stored.id, changed)
    if (isSame) return changed
    for (const { key } of listUniqueKeys(type, stored.attributes, this.#style)) this.state.unique.delete(key)
    for (const { key } of listUniqueKeys(type, attributes, this.#style)) this.state.unique.set(key, stored.id)
    return changed
  }

  remove(type: ResourceType, id: string, ifVersion: string | undefined): RemoveOutcome {
    const stored = this.#get(type, id)
    if (stored === undefined) return 'notFound'
    if (ifVersion !== undefined && ifVersion !== String(stored.version)) return 'stale'
    this.state.resources.delete(id)
    for (const { key } of listUniqueKeys(type, stored.attributes, this.#style)) this.state.unique.delete(key)
    for (const groupId of removeMemberships(this.state, id)) {
      const group = this.state.resources.get(groupId)
      const groupType = group === undefined ? undefined : findResourceType(this.#clock.registry, group.typeName)
      if (group !== undefined && groupType !== undefined) this.#store(groupType, group, group.attributes)
    }
    return 'removed'
  }

  #now(): string {
    return new Date(this.#clock.nowMs?.() ?? Date.now()).toISOString()
  }
}

/** A copy with the same prototype, so that it is told from the original by identity only. */
function copyContext<Context extends object>(context: Context): Context {
  const prototype: unknown = Object.getPrototypeOf(context)
  const blank: unknown = Object.create(typeof prototype === 'object' ? prototype : null)
  return Object.assign(blank as Context, context) // Filled by the same call.
}
