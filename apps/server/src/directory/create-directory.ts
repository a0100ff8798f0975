import type { ResourceDraft, ResourceType, ScimError } from '@rollcall/scim'
import type { Fields, ResourceRecord, ResourceUpdate, Storage, UpdateOutcome } from '@rollcall/scim/server'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { catching, prepareManyUsers } from './create-many.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { answering } from './failures.ts'
import { recordingHolds } from './guard.ts'
import { listResources } from './list.ts'
import { changeTeamWithRoles, createTeamWithRoles, removeTeamWithRoles, removeUserWithRoles } from './mapped-roles.ts'
import { memberChunkRows } from './member-stream.ts'
import { createIdSource } from './new-id.ts'
import { toRecord } from './records.ts'
import { changeOther, createOther, findOther, removeOther } from './resource-store.ts'
import { toTeamRecord } from './team-record.ts'
import { findTeam } from './team-store.ts'
import { hasUniqueExtensions, writeUnique } from './unique-values.ts'
import { changeUserWithRoles, createUserWithRoles } from './user-roles.ts'
import { showUser } from './user-store.ts'

/** The storage port of the SCIM service provider on PostgreSQL. */
export function createDirectory(options: {
  readonly database: Database
  /** UUIDs in the order of their making; left out: UUIDv7. */
  readonly newId?: () => string
}): Storage<DirectoryContext> {
  const parts: DirectoryParts = { database: options.database, newId: options.newId ?? createIdSource() }
  return {
    find: (context, type, id, fields) =>
      answering(() =>
        type.name === 'User' ? showUser(parts, context, id, fields) : find(parts, context, type, { id, fields }),
      ),
    list: (context, type, query) => answering(() => listResources(parts, context, type, query)),
    create: (context, type, draft, fields) => answering(() => create(parts, context, type, { draft, fields })),
    update: (context, type, id, update) => answering(() => change(parts, context, type, { scimId: id, update })),
    remove: (context, type, id, ifVersion) =>
      answering(() => {
        if (type.name === 'User') return removeUserWithRoles(parts, context, id, ifVersion)
        if (type.name === 'Group') return removeTeamWithRoles(parts, context, { scimId: id, ifVersion, via: 'DELETE' })
        return removeOther(parts, context, type, { scimId: id, ifVersion })
      }),
    prepareMany: (context, type, drafts) => {
      const create = prepareMany(parts, context, type, drafts)
      return () => answering(create)
    },
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
  if (type.name !== 'Group') {
    const row = await findOther(parts, context, type, id)
    return row === undefined ? undefined : toRecord(row)
  }
  const row = await findTeam(parts, context, id, fields)
  return row === undefined ? undefined : toTeamRecord(parts, context, row, { fields, firstMax: memberChunkRows })
}

type Creation = { readonly draft: ResourceDraft; readonly fields: Fields }

function create(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  creation: Creation,
): Promise<ResourceRecord> {
  if (!keepsUnique(type)) return createPlain(parts, context, type, creation)
  const { draft, fields } = creation
  return writeUnique(parts, context, type, {
    attributes: draft.attributes,
    write: (inner) => createPlain(parts, inner, type, { draft, fields: noFields }),
    idOf: (record) => record.id,
  }).then((record) => withFields(parts, context, type, { record, fields }))
}

function createPlain(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  creation: Creation,
): Promise<ResourceRecord> {
  if (type.name === 'User') return createUserWithRoles(parts, context, type, creation)
  if (type.name === 'Group') return createTeamWithRoles(parts, context, type, creation)
  return createOther(parts, context, type, creation.draft)
}

type Change = { readonly scimId: string; readonly update: ResourceUpdate }

async function change(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  given: Change,
): Promise<UpdateOutcome> {
  const { scimId, update } = given
  if (update.attributes === undefined || !keepsUnique(type)) return changePlain(parts, context, type, given)
  const outcome = await writeUnique(parts, context, type, {
    attributes: update.attributes,
    write: (inner) => changePlain(parts, inner, type, { scimId, update: { ...update, fields: noFields } }),
    idOf: ({ kind }) => (kind === 'updated' ? scimId : undefined),
  })
  if (outcome.kind !== 'updated' && outcome.kind !== 'unchanged') return outcome
  return { ...outcome, record: await withFields(parts, context, type, { ...outcome, fields: update.fields }) }
}

function changePlain(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  given: Change,
): Promise<UpdateOutcome> {
  if (type.name === 'User') return changeUserWithRoles(parts, context, type, given)
  if (type.name === 'Group') return changeTeamWithRoles(parts, context, type, given)
  return changeOther(parts, context, type, given)
}

// Other types keep their unique values with the resource.
function keepsUnique(type: ResourceType): boolean {
  return (type.name === 'User' || type.name === 'Group') && hasUniqueExtensions(type)
}

const noFields: Fields = { groups: false, members: false }

/** The record with what an answer shows; members are streamed, so they are read after the transaction. */
async function withFields(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  { record, fields }: { readonly record: ResourceRecord; readonly fields: Fields },
): Promise<ResourceRecord> {
  if (!fields.groups && !fields.members) return record
  return (await find(parts, context, type, { id: record.id, fields })) ?? record
}

function prepareMany(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  drafts: readonly ResourceDraft[],
): () => Promise<readonly (ResourceRecord | ScimError)[]> {
  if (type.name === 'User' && !keepsUnique(type)) return prepareManyUsers(parts, context, type, drafts)
  return async () => {
    const outcomes = []
    for (const draft of drafts)
      outcomes.push(await catching(() => create(parts, context, type, { draft, fields: noFields })))
    return outcomes
  }
}

function transact<Result>(
  parts: DirectoryParts,
  context: DirectoryContext,
  work: (context: DirectoryContext) => Promise<Result>,
): Promise<Result> {
  if (context.tx !== undefined) return work(context)
  return recordingHolds(parts, context, () => transaction(parts.database, (tx) => work({ ...context, tx })))
}
