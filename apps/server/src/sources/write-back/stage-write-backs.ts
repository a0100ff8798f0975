import { createHash } from 'node:crypto'
import type { SourceWriteBackSettings } from '@rollcall/admin-api'
import {
  createRegistry,
  findResourceType,
  isJsonObject,
  type Json,
  type JsonObject,
  type ResourceType,
} from '@rollcall/scim'
import { loadRegistry } from '../../access/custom-types.ts'
import type { SourceName } from '../../db/queries/source-settling.ts'
import {
  selectStaleWriteBacks,
  selectWritingSources,
  upsertWriteBacks,
  type StagedWriteBack,
  type StaleWriteBack,
} from '../../db/queries/source-write-backs.ts'
import type { Sealing } from '../../access/sealed-credentials.ts'
import { compilePlace, readAt } from '../rules/place.ts'
import { openRecordVault } from '../seal/record-vault.ts'
import { openRaw } from '../seal/seal-records.ts'

const batchRows = 500
const minuteMs = 60_000

/** Finds people who have changed since their sources were told of them, and puts down what is to be told. Nothing is sent yet. */
export async function stageWriteBacks(parts: Sealing, now: Date, signal: AbortSignal): Promise<void> {
  for (const { settings, ...name } of await selectWritingSources(parts.database)) {
    // Checked by the schema before it was stored.
    const writeBack = settings['writeBack'] as unknown as SourceWriteBackSettings
    await stageSource(parts, name, { writeBack, now, signal })
  }
}

type Turn = { readonly writeBack: SourceWriteBackSettings; readonly now: Date; readonly signal: AbortSignal }

async function stageSource(parts: Sealing, name: SourceName, { writeBack, now, signal }: Turn): Promise<void> {
  const { database } = parts
  const vault = await openRecordVault(parts, now)
  const registry = (await loadRegistry(database, name.organizationId, undefined)) ?? createRegistry()
  const type = findResourceType(registry, 'User')
  if (type === undefined) throw new Error('The registry has no resource type User')
  const settingsHash = hashOf([writeBack.fields, writeBack.requires])
  const dueAt = new Date(now.getTime() + writeBack.delayMinutes * minuteMs)
  for (let after: string | undefined = ''; after !== undefined && !signal.aborted;) {
    const stale = await selectStaleWriteBacks(database, name, { settingsHash, after, rowsMax: batchRows })
    const rows = stale.map((row) => {
      const raw = openRaw(row, { name, vault })
      return stage({ ...row, raw }, writeBack, type)
    })
    if (rows.length > 0) await upsertWriteBacks(database, name, { rows, settingsHash, dueAt, now })
    after = stale.length < batchRows ? undefined : stale.at(-1)?.anchor
  }
}

function stage(
  row: StaleWriteBack,
  { fields: wanted, requires }: SourceWriteBackSettings,
  type: ResourceType,
): StagedWriteBack {
  const person: unknown = JSON.parse(row.document)
  const raw: unknown = JSON.parse(row.raw)
  if (!isJsonObject(person) || !isJsonObject(raw)) throw new Error('What is stored of a person is no object')
  const values = Object.entries(wanted).map(([field, path]) => [field, valueAt(person, path, type)] as const)
  const fields = nest(values)
  const fieldsHash = hashOf(fields)
  const missing = requires.find((path) => isNothing(valueAt(person, path, type)))
  const common = {
    anchor: row.anchor,
    userId: row.user_id,
    userVersion: row.version,
    fields: JSON.stringify(fields),
    fieldsHash,
  }
  if (missing !== undefined) return { ...common, state: 'held', detail: `${missing} has no value yet` }
  // What it has taken, or says itself, is no news to it.
  const isKnown =
    row.sent_hash === fieldsHash || (row.sent_hash === null && values.every(([field, value]) => raw[field] === value))
  return { ...common, state: isKnown ? 'done' : row.fields_hash === fieldsHash ? 'same' : 'waiting', detail: null }
}

function valueAt(person: JsonObject, path: string, type: ResourceType): Json {
  const place = compilePlace(path, type)
  return typeof place === 'string' ? null : (readAt(person, place) ?? null)
}

function isNothing(value: Json): boolean {
  return value === null || value === ''
}

/** A dot in the name of a field makes an object. */
function nest(values: readonly (readonly [string, Json])[]): JsonObject {
  const root: Record<string, Json> = {}
  for (const [field, value] of values) {
    const names = field.split('.')
    let at = root
    for (const name of names.slice(0, -1)) {
      const inner = Object.hasOwn(at, name) ? at[name] : undefined
      // A copy of our own, so that it may be written.
      const next: Record<string, Json> = isJsonObject(inner) ? { ...(inner as Record<string, Json>) } : {}
      at[name] = next
      at = next
    }
    at[names.at(-1) ?? field] = value
  }
  return root
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 22)
}
