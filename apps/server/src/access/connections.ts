import { findProfile, findStyle, type JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  insertConnection,
  selectConnection,
  selectConnections,
  updateConnectionRow,
  type ConnectionRow,
} from '../db/queries/connections.ts'
import { selectOpenRun } from '../db/queries/connection-runs.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { getPreset } from './connection-presets.ts'
import { parseConnectionSettings } from './connection-settings.ts'
import { checkDefaultRole } from './default-role.ts'
import { parseName } from './name.ts'
import { staleVersion } from './stale-version.ts'

export type Connection = ConnectionRow

export type CreateConnection = {
  /** Only `scim` now. */
  readonly type: string
  /** Left out: `SCIM`. */
  readonly name?: string | undefined
  /** Fills in what is left out below; see `connectionPresets`. */
  readonly preset?: string | undefined
  /** Left out: `default`. */
  readonly profile?: string | undefined
  /** Left out: `rollcall`. */
  readonly style?: string | undefined
  readonly settings?: JsonObject | undefined
}

export type UpdateConnection = {
  readonly name?: string | undefined
  readonly state?: Connection['state'] | undefined
  readonly profile?: string | undefined
  readonly style?: string | undefined
  /** Replaces all settings. */
  readonly settings?: JsonObject | undefined
  /** Account id of who answers for it; null: nobody. */
  readonly ownerUserId?: string | null | undefined
}

/** Throws `invalidType`, `invalidPreset`, `invalidProfile`, `invalidStyle`, `invalidSettings`, `invalidName`. */
export async function createConnection(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly command: CreateConnection },
): Promise<Connection> {
  const { organizationId, command } = request
  if (command.type === 'source')
    throw new AccessError('invalidType', 'A connection of the type source is made with its source: make that', {
      field: 'type',
    })
  if (command.type !== 'scim')
    throw new AccessError('invalidType', `The type "${command.type}" is unknown; there is scim`, { field: 'type' })
  const preset = command.preset === undefined ? undefined : getPreset(command.preset)
  const row = {
    organizationId,
    id: createId(),
    type: command.type,
    name: parseName(command.name ?? preset?.title ?? 'SCIM'),
    isDefault: false,
    profile: parseProfile(command.profile ?? preset?.profile ?? 'default'),
    style: parseStyle(command.style ?? preset?.style ?? 'rollcall'),
    settings: parseConnectionSettings(command.settings ?? preset?.settings ?? {}),
    preset: command.preset ?? null,
    createdBy: call.actor,
    createdAt: call.now,
  }
  return transaction(database, async (tx) => {
    await checkDefaultRole(tx, call, { organizationId, before: {}, after: row.settings })
    await insertConnection(tx, row)
    const connection = await getConnection(tx, organizationId, row.id)
    await recordConnection(tx, call, connection, 'connection.created')
    return connection
  })
}

export function findConnection(
  database: Queryable,
  organizationId: string,
  id: string,
): Promise<Connection | undefined> {
  return selectConnection(database, organizationId, id)
}

/** Throws `connectionNotFound`. */
export async function getConnection(
  database: Queryable,
  organizationId: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<Connection> {
  const connection = await selectConnection(database, organizationId, id, options)
  if (connection === undefined) throw new AccessError('connectionNotFound', 'There is no such connection')
  return connection
}

/** Oldest first; `next` is the last id of the page. */
export async function listConnections(
  database: Queryable,
  organizationId: string,
  page: PageOf,
): Promise<Page<Connection>> {
  const rows = await selectConnections(database, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

/** Changes what the command names; `ifVersion` is what If-Match asks for. Throws `versionMismatch` and what create throws. */
export async function updateConnection(
  database: Database,
  call: Call,
  request: {
    readonly organizationId: string
    readonly connectionId: string
    readonly command: UpdateConnection
    readonly ifVersion?: number | undefined
  },
): Promise<Connection> {
  return transaction(database, async (tx) => {
    refuseSourceChange(await getConnection(tx, request.organizationId, request.connectionId), request.command)
    return updateConnectionIn(tx, call, request)
  })
}

/** The same in the caller's transaction. */
export async function updateConnectionIn(
  tx: Transaction,
  call: Call,
  request: Parameters<typeof updateConnection>[2],
): Promise<Connection> {
  const before = await getConnection(tx, request.organizationId, request.connectionId)
  if (request.ifVersion !== undefined && request.ifVersion !== before.version) throw staleConnection(before.version)
  const after = applyCommand(before, request.command)
  if (isSame(before, after)) return before
  await checkDefaultRole(tx, call, {
    organizationId: before.organizationId,
    before: before.settings,
    after: after.settings,
  })
  const updated = await updateConnectionRow(tx, { ...after, updatedAt: call.now })
  if (updated === undefined) throw staleConnection(undefined)
  await recordConnection(tx, call, updated, 'connection.updated')
  return updated
}

/** A disabled connection refuses every request of its keys; nothing that it brought changes. */
export function disableConnection(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly connectionId: string },
): Promise<Connection> {
  return updateConnection(database, call, { ...request, command: { state: 'disabled' } })
}

/** What people are mapped by is a thing of its source; its connection has an owner and a guard. */
function refuseSourceChange({ type }: Connection, command: UpdateConnection): void {
  if (type !== 'source') return
  const { name, state, profile, style } = command
  for (const [field, value] of Object.entries({ name, state, profile, style }))
    if (value !== undefined)
      throw new AccessError('connectionOfSource', 'The connection is that of a source: change or pause the source', {
        field,
      })
}

/** Of an identity provider that speaks to us. Throws `connectionOfSource` for that of a source. */
export function requireScim(connection: Connection): Connection {
  if (connection.type === 'scim') return connection
  throw new AccessError('connectionOfSource', 'The connection is that of a source, which nobody speaks SCIM to')
}

function applyCommand(before: Connection, command: UpdateConnection): Connection {
  return {
    ...before,
    name: command.name === undefined ? before.name : parseName(command.name),
    state: command.state ?? before.state,
    profile: command.profile === undefined ? before.profile : parseProfile(command.profile),
    style: command.style === undefined ? before.style : parseStyle(command.style),
    settings: command.settings === undefined ? before.settings : parseConnectionSettings(command.settings),
    ownerUserId: command.ownerUserId === undefined ? before.ownerUserId : command.ownerUserId,
  }
}

function isSame(before: Connection, after: Connection): boolean {
  const told = ({ name, state, profile, style, settings, ownerUserId }: Connection) =>
    JSON.stringify([name, state, profile, style, settings, ownerUserId])
  return told(before) === told(after)
}

export function staleConnection(currentVersion: number | undefined): AccessError {
  return staleVersion('The connection', currentVersion)
}

function parseProfile(name: string): string {
  if (findProfile(name) !== undefined) return name
  throw new AccessError('invalidProfile', `The profile "${name}" is unknown`, { field: 'profile' })
}

function parseStyle(name: string): string {
  if (findStyle(name) !== undefined) return name
  throw new AccessError('invalidStyle', `The style "${name}" is unknown`, { field: 'style' })
}

export async function recordConnection(
  tx: Queryable,
  call: Call,
  connection: Connection,
  action: `connection.${string}`,
): Promise<void> {
  const { type, name, state, profile, style, settings, ownerUserId } = connection
  await insertAccessChange(tx, {
    organizationId: connection.organizationId,
    at: call.now,
    action,
    subjectId: connection.id,
    subjectVersion: connection.version,
    connectionId: connection.id,
    actor: call.actor,
    requestId: call.requestId,
    data: { type, name, state, profile, style, settings, ownerUserId },
  })
}

/** Throws `runInProgress` while an act on the whole connection goes on. The caller has locked the connection. */
export async function refuseDuringRun(tx: Queryable, organizationId: string, connectionId: string): Promise<void> {
  const run = await selectOpenRun(tx, organizationId, connectionId)
  if (run === undefined) return
  throw new AccessError(
    'runInProgress',
    `The run ${formatTypeId('run', run.id)} of this connection has not ended yet: wait for it`,
  )
}
