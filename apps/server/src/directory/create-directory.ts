import type { ResourceDraft, ResourceType } from '@rollcall/scim'
import type { Fields, ResourceRecord, Storage } from '@rollcall/scim/server'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { catching, createManyUsers } from './create-many.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { answering } from './failures.ts'
import { recordingHolds } from './guard.ts'
import { listResources } from './list.ts'
import { memberChunkRows } from './member-stream.ts'
import { createIdSource } from './new-id.ts'
import { toRecord } from './records.ts'
import { changeOther, createOther, findOther, removeOther } from './resource-store.ts'
import { changeTeam, createTeam, findTeam, removeTeam, toTeamRecord } from './team-store.ts'
import { changeUser, createUser, findUser, removeUserResource } from './user-store.ts'

/** The storage port of the SCIM service provider on PostgreSQL. */
export function createDirectory(options: {
  readonly database: Database
  /** UUIDs in the order of their making; left out: UUIDv7. */
  readonly newId?: () => string
}): Storage<DirectoryContext> {
  const parts: DirectoryParts = { database: options.database, newId: options.newId ?? createIdSource() }
  return {
    find: (context, type, id, fields) => answering(() => find(parts, context, type, { id, fields })),
    list: (context, type, query) => answering(() => listResources(parts, context, type, query)),
    create: (context, type, draft, fields) => answering(() => create(parts, context, type, { draft, fields })),
    update: (context, type, id, update) =>
      answering(() => {
        const change = { scimId: id, update }
        if (type.name === 'User') return changeUser(parts, context, type, change)
        if (type.name === 'Group') return changeTeam(parts, context, type, change)
        return changeOther(parts, context, type, change)
      }),
    remove: (context, type, id, ifVersion) =>
      answering(() => {
        if (type.name === 'User') return removeUserResource(parts, context, id, ifVersion)
        if (type.name === 'Group') return removeTeam(parts, context, { scimId: id, ifVersion, via: 'DELETE' })
        return removeOther(parts, context, type, { scimId: id, ifVersion })
      }),
    createMany: (context, type, drafts) => answering(() => createMany(parts, context, type, drafts)),
    transaction: (context, work) => answering(() => transact(parts, context, work)),
  }
}

async function find(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  target: { readonly id: string; readonly fields: Fields },
): Promise<ResourceRecord | undefined> {
  const { id, fields } = target
  if (type.name === 'Group') {
    const row = await findTeam(parts, context, id, fields)
    return row === undefined ? undefined : toTeamRecord(parts, context, row, { fields, firstMax: memberChunkRows })
  }
  const row =
    type.name === 'User' ? await findUser(parts, context, id, fields) : await findOther(parts, context, type, id)
  return row === undefined ? undefined : toRecord(row)
}

function create(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  creation: { readonly draft: ResourceDraft; readonly fields: Fields },
): Promise<ResourceRecord> {
  if (type.name === 'User') return createUser(parts, context, type, creation)
  if (type.name === 'Group') return createTeam(parts, context, type, creation)
  return createOther(parts, context, type, creation.draft)
}

async function createMany(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  drafts: readonly ResourceDraft[],
): ReturnType<NonNullable<Storage<DirectoryContext>['createMany']>> {
  if (type.name === 'User') return createManyUsers(parts, context, type, drafts)
  const fields = { groups: false, members: false }
  const outcomes = []
  for (const draft of drafts) outcomes.push(await catching(() => create(parts, context, type, { draft, fields })))
  return outcomes
}

function transact<Result>(
  parts: DirectoryParts,
  context: DirectoryContext,
  work: (context: DirectoryContext) => Promise<Result>,
): Promise<Result> {
  if (context.tx !== undefined) return work(context)
  return recordingHolds(parts, context, () => transaction(parts.database, (tx) => work({ ...context, tx })))
}
