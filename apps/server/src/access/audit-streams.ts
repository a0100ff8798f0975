import type { JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  deleteAuditStreamRow,
  insertAuditStream,
  lockAndCountAuditStreams,
  selectAuditStream,
  selectAuditStreams,
  selectHeadSequence,
  updateAuditStreamRow,
  type AuditStreamRow,
} from '../db/queries/audit-streams.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createEncryption, type Encryption } from '../encryption.ts'
import { createId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { getInstanceSecret } from './instance-secrets.ts'
import { requireSecretAnew } from './secret-place.ts'
import { staleVersion } from './stale-version.ts'

export type AuditStream = AuditStreamRow

/** Streams of one organization at most: each of them is read for at every event. */
const streamsMax = 10

export type CreateAuditStream = Pick<AuditStreamRow, 'name' | 'kind' | 'format' | 'query' | 'settings'> & {
  /** In clear; sealed before it is stored, and never shown. */
  readonly secret: string | undefined
  /** Whether it is sent what there is already. */
  readonly fromBeginning: boolean
}

export type ChangeAuditStream = {
  readonly [Name in 'name' | 'format' | 'state' | 'query' | 'settings']?: AuditStreamRow[Name] | undefined
} & { readonly secret?: string | undefined }

type Sealing = { readonly database: Database; readonly encryption: Encryption }

export async function createAuditStream(
  parts: Sealing,
  call: Call,
  request: { readonly organizationId: string; readonly command: CreateAuditStream },
): Promise<AuditStream> {
  const { organizationId, command } = request
  const id = createId()
  const secret = await seal(parts, call.now, { organizationId, id, secret: command.secret })
  return transaction(parts.database, async (tx) => {
    if ((await lockAndCountAuditStreams(tx, organizationId)) >= streamsMax)
      throw new AccessError(
        'tooManyAuditStreams',
        `An organization has at most ${streamsMax} audit streams: delete one first`,
      )
    const position = command.fromBeginning ? 0 : await selectHeadSequence(tx, organizationId)
    const { name, kind, format, query, settings } = command
    const times = { createdAt: call.now, updatedAt: call.now, dueAt: call.now }
    await refuseTaken(name, () =>
      insertAuditStream(tx, {
        organizationId,
        id,
        name,
        kind,
        format,
        query,
        settings,
        secret,
        position,
        ...times,
        state: 'active',
        createdBy: call.actor,
      }),
    )
    const made = await getAuditStream(tx, organizationId, id)
    await record(tx, call, made, 'audit_stream.created')
    return made
  })
}

/** Throws `auditStreamNotFound`. */
export async function getAuditStream(db: Queryable, organizationId: string, id: string): Promise<AuditStream> {
  const row = await selectAuditStream(db, organizationId, id)
  if (row === undefined) throw new AccessError('auditStreamNotFound', 'There is no such audit stream')
  return row
}

export async function listAuditStreams(
  db: Queryable,
  organizationId: string,
  page: PageOf,
): Promise<Page<AuditStream>> {
  const rows = await selectAuditStreams(db, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

export async function updateAuditStream(
  parts: Sealing,
  call: Call,
  request: {
    readonly organizationId: string
    readonly id: string
    readonly command: ChangeAuditStream
    readonly ifVersion: number | undefined
  },
): Promise<AuditStream> {
  const { organizationId, id, command, ifVersion } = request
  const { secret, ...change } = command
  const sealed = await seal(parts, call.now, { organizationId, id, secret })
  return transaction(parts.database, async (tx) => {
    const before = await getAuditStream(tx, organizationId, id)
    if (ifVersion !== undefined && ifVersion !== before.version) throw staleVersion('The audit stream', before.version)
    const named = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
    const after = { ...before, ...named, secret: sealed ?? before.secret }
    requireSecretAnew({
      field: 'secret',
      hasSecret: before.secret !== null,
      isGiven: secret !== undefined,
      before: placeOf(before),
      after: placeOf(after),
    })
    if (JSON.stringify(after) === JSON.stringify(before)) return before
    const row = await refuseTaken(after.name, () => updateAuditStreamRow(tx, { ...after, updatedAt: call.now }))
    if (row === undefined) throw staleVersion('The audit stream', undefined)
    await record(tx, call, row, 'audit_stream.updated', secret !== undefined)
    return row
  })
}

/** Where a stream of that kind goes. */
function placeOf({ settings }: Pick<AuditStreamRow, 'settings'>): string {
  // The schema of each kind has one of these.
  return [settings['url'], settings['endpoint'], settings['site']].find((place) => typeof place === 'string') ?? ''
}

export async function deleteAuditStream(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly id: string; readonly ifVersion: number | undefined },
): Promise<void> {
  const { organizationId, id, ifVersion } = request
  await transaction(database, async (tx) => {
    const before = await getAuditStream(tx, organizationId, id)
    if (ifVersion !== undefined && ifVersion !== before.version) throw staleVersion('The audit stream', before.version)
    if (!(await deleteAuditStreamRow(tx, before))) throw staleVersion('The audit stream', undefined)
    await record(tx, call, before, 'audit_stream.deleted')
  })
}

/** The secret in clear, for whoever sends. */
export async function openStreamSecret(
  parts: Sealing,
  now: Date,
  { organizationId, id, secret }: Pick<AuditStreamRow, 'organizationId' | 'id' | 'secret'>,
): Promise<string | undefined> {
  return secret === null ? undefined : (await ring(parts, now)).open(secret, contextOf(organizationId, id))
}

async function seal(
  parts: Sealing,
  now: Date,
  {
    organizationId,
    id,
    secret,
  }: { readonly organizationId: string; readonly id: string; readonly secret: string | undefined },
): Promise<string | null> {
  return secret === undefined ? null : (await ring(parts, now)).seal(secret, contextOf(organizationId, id))
}

/** Under a secret of the instance, which is sealed anew when the encryption key is changed: these stay as they are. */
async function ring({ database, encryption }: Sealing, now: Date): Promise<Encryption> {
  const key = await getInstanceSecret(database, encryption, { name: 'audit-streams', now })
  return createEncryption([Buffer.from(key).toString('base64')])
}

function contextOf(organizationId: string, id: string): string {
  return `audit_streams/${organizationId}/${id}`
}

async function refuseTaken<Row>(name: string, statement: () => Promise<Row>): Promise<Row> {
  try {
    return await statement()
  } catch (error) {
    if (brokenUnique(error) !== 'audit_streams_name') throw error
    throw new AccessError('nameTaken', `There is an audit stream "${name}" already`, { field: 'name' })
  }
}

async function record(
  tx: Queryable,
  call: Call,
  stream: AuditStream,
  action: `audit_stream.${string}`,
  hasNewSecret = false,
): Promise<void> {
  const { name, kind, format, state, query, settings } = stream
  const data: JsonObject = { name, kind, format, state, query, settings, ...(hasNewSecret && { secret: 'changed' }) }
  await insertAccessChange(tx, {
    organizationId: stream.organizationId,
    at: call.now,
    action,
    subjectId: stream.id,
    subjectVersion: stream.version,
    actor: call.actor,
    requestId: call.requestId,
    data,
  })
}
