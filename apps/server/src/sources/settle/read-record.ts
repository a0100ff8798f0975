import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { PendingRecord } from '../../db/queries/source-settling.ts'
import { mapRecord, type MapOptions } from '../map/map-record.ts'
import type { CorrelationKey, Mapped, MapFailure } from '../map/mapped.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import type { LeftReason } from './situation.ts'

/** A record, and what the rules make of it. */
export type ReadRecord = {
  readonly record: PendingRecord
  /** Undefined: it cannot be mapped, or there is nothing to map. */
  readonly mapped: Mapped | undefined
  readonly keys: readonly CorrelationKey[]
  /** Why whoever it is counts as gone; undefined: he is there. */
  readonly left: LeftReason | undefined
  readonly failure: MapFailure | undefined
}

export function readRecord(rules: CompiledSourceRules, record: PendingRecord, options: MapOptions): ReadRecord {
  const gone = findGone(rules, record)
  // The last word about whoever is gone stays his last word.
  if (gone !== undefined)
    return { record, mapped: parseMapped(record.mapped), keys: [], left: gone, failure: undefined }
  const outcome = mapRecord(rules, parseRaw(record.raw), options)
  switch (outcome.kind) {
    case 'failed':
      return { record, mapped: undefined, keys: [], left: undefined, failure: outcome.failure }
    case 'outOfScope':
      return { record, mapped: parseMapped(record.mapped), keys: [], left: 'outOfScope', failure: undefined }
    case 'mapped': {
      const { mapped, keys } = outcome
      return { record, mapped, keys, left: isInactive(mapped, record) ? 'inactive' : undefined, failure: undefined }
    }
    default:
      return outcome satisfies never
  }
}

/** Whoever was called inactive stays so until the source says otherwise: nothing said changes nothing. */
function isInactive({ active }: Mapped, { left_reason }: PendingRecord): boolean {
  return active === undefined ? left_reason === 'inactive' : !active
}

function findGone(
  { document }: CompiledSourceRules,
  { is_deleted, absent_reads }: PendingRecord,
): LeftReason | undefined {
  if (is_deleted) return 'deleted'
  return absent_reads >= document.leaving.absentReads ? 'absent' : undefined
}

function parseRaw(raw: string): JsonObject {
  const attributes: unknown = JSON.parse(raw)
  if (!isJsonObject(attributes)) throw new Error('A record of a source is no object')
  return attributes
}

export function parseMapped(text: string | null): Mapped | undefined {
  // We wrote it ourselves.
  return text === null ? undefined : (JSON.parse(text) as Mapped)
}
