import { isDeepStrictEqual } from 'node:util'
import {
  sourceSettings,
  type SourceCredentials,
  type SourcePlace,
  type SourceRules,
  type SourceSettings,
} from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { parseName } from '../access/name.ts'
import type { Sealing } from '../access/sealed-credentials.ts'
import { requireSecretAnew } from '../access/secret-place.ts'
import { insertConnection } from '../db/queries/connections.ts'
import {
  countSources,
  insertSource,
  renameSource,
  selectSources,
  updateSourceRow,
  type SourceRow,
} from '../db/queries/sources.ts'
import { updateSettledRevision } from '../db/queries/source-read-steps.ts'
import type { Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { saveSourceDraft } from './rules-revisions.ts'
import { nextReadAt } from './schedule.ts'
import {
  getSource,
  getSourceRow,
  recordSource,
  sealSourceCredentials,
  staleSource,
  toSource,
  type Source,
  type SourceName,
} from './source.ts'
import { toJson } from './to-json.ts'
import { requireSoundWriteBack } from './write-back/check-write-back.ts'

/** Sources of one organization at most. */
const sourcesMax = 100

export type CreateSource = {
  readonly name: string
  readonly place: SourcePlace
  /** In clear; sealed before they are stored, and never shown. */
  readonly credentials?: SourceCredentials | null | undefined
  readonly settings?: SourceSettings | undefined
  readonly precedence?: number | undefined
}

export type ChangeSource = {
  readonly name?: string | undefined
  readonly place?: SourcePlace | undefined
  /** Null: it is asked without any from now on. */
  readonly credentials?: SourceCredentials | null | undefined
  readonly settings?: SourceSettings | undefined
  readonly precedence?: number | undefined
}

/**
 * Makes a source, and under the same id the connection that owns the people it brings. Rules become its first draft; nobody
 * comes in before some are published. Throws `invalidName`, `invalidSchedule`, `invalidRules`, `tooManySources`.
 */
export async function createSource(
  parts: Sealing,
  call: Call,
  request: {
    readonly organizationId: string
    readonly command: CreateSource
    readonly rules?: SourceRules | undefined
  },
): Promise<Source> {
  const { organizationId, command, rules } = request
  const id = createId()
  const name = parseName(command.name)
  const credentials = command.credentials ?? null
  const sealed = await sealSourceCredentials(parts, call.now, { organizationId, id, credentials })
  const made = { organizationId, id, createdBy: call.actor, createdAt: call.now }
  const settings = command.settings ?? sourceSettings.parse({})
  // A schedule that cannot be read is refused now, and not when it is due.
  nextReadAt({ state: 'active', settings }, call.now)
  return transaction(parts.database, async (tx) => {
    if ((await countSources(tx, organizationId)) >= sourcesMax)
      throw new AccessError('tooManySources', `An organization has at most ${sourcesMax} sources: delete one first`)
    await requireSoundWriteBack(tx, organizationId, settings.writeBack)
    const connection = { type: 'source', name, isDefault: false, profile: 'default', style: 'rollcall', preset: null }
    await insertConnection(tx, { ...made, ...connection, settings: {} })
    await insertSource(tx, {
      ...made,
      ...sealed,
      kind: command.place.kind,
      place: toJson(command.place),
      settings: toJson(settings),
      precedence: command.precedence ?? 100,
    })
    const row = await getSourceRow(tx, { organizationId, sourceId: id })
    await recordSource(tx, call, row, { action: 'source.created', data: describe(row) })
    if (rules !== undefined) await saveSourceDraft(tx, call, row, { document: rules })
    return getSource(tx, { organizationId, sourceId: id })
  })
}

/** Oldest first. */
export async function listSources(db: Queryable, organizationId: string, page: PageOf): Promise<Page<Source>> {
  const rows = await selectSources(db, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows.map(toSource), page.limit, (row) => row.id)
}

export function countOwnSources(db: Queryable, organizationId: string): Promise<number> {
  return countSources(db, organizationId)
}

/** Throws `sourceNotFound`, `versionMismatch`, `secretMissing`, `sourceKind` and what `createSource` throws. */
export async function updateSource(
  parts: Sealing,
  call: Call,
  request: SourceName & { readonly command: ChangeSource; readonly ifVersion?: number | undefined },
): Promise<Source> {
  const { organizationId, sourceId: id, command, ifVersion } = request
  const { credentials } = command
  const sealed =
    credentials === undefined ? {} : await sealSourceCredentials(parts, call.now, { organizationId, id, credentials })
  return transaction(parts.database, async (tx) => {
    const before = await getSourceRow(tx, request, { lock: true })
    if (ifVersion !== undefined && ifVersion !== before.version) throw staleSource(before.version)
    await requireSoundWriteBack(tx, organizationId, command.settings?.writeBack)
    const after = applyCommand(before, command, { sealed, now: call.now })
    requireSecretAnew({
      field: 'credentials',
      hasSecret: before.credentials !== null,
      isGiven: credentials !== undefined,
      before: addressOf(before),
      after: addressOf(after),
    })
    const changed = changedFields(before, after)
    if (changed.length === 0) return toSource(before)
    // Elsewhere groups may name people by something else.
    if (changed.includes('place')) await updateSettledRevision(tx, { organizationId, sourceId: id }, null)
    if (changed.includes('name')) await renameSource(tx, { ...after, updatedAt: call.now })
    const row = await updateSourceRow(tx, { ...after, updatedAt: call.now })
    if (row === undefined) throw staleSource(undefined)
    await recordSource(tx, call, row, { action: 'source.updated', data: { ...describe(row), changed } })
    return toSource(row)
  })
}

function applyCommand(
  before: SourceRow,
  command: ChangeSource,
  { sealed, now }: { readonly sealed: Partial<Pick<SourceRow, 'credentials' | 'credentialsKind'>>; readonly now: Date },
): SourceRow {
  const { name, place, settings, precedence } = command
  if (place !== undefined && place.kind !== before.kind)
    throw new AccessError('sourceKind', `This is a source of the kind ${before.kind}: make another one`, {
      field: 'place.kind',
    })
  const after = {
    ...before,
    ...(name !== undefined && { name: parseName(name) }),
    ...(place !== undefined && { place: toJson(place) }),
    ...(settings !== undefined && { settings: toJson(settings) }),
    ...(precedence !== undefined && { precedence }),
    ...sealed,
  }
  return settings === undefined ? after : { ...after, nextReadAt: nextReadAt(toSource(after), now) }
}

const changeable = ['name', 'place', 'settings', 'credentials', 'precedence'] as const

/** Sealed texts differ each time, so credentials that are given are credentials that changed. */
function changedFields(before: SourceRow, after: SourceRow): readonly string[] {
  return changeable.filter((name) => !isDeepStrictEqual(before[name], after[name]))
}

/** Where the credentials go; null: nowhere. */
function addressOf({ place }: Pick<SourceRow, 'place'>): string | null {
  const { url, host, port } = place
  if (typeof url === 'string') return url
  return typeof host === 'string' ? `${host} ${typeof port === 'number' ? port : ''}` : null
}

/** For people who read the audit log: never a secret. */
function describe({ name, place, settings, credentialsKind, precedence }: SourceRow): JsonObject {
  return { name, place, settings, credentials: credentialsKind, precedence }
}
