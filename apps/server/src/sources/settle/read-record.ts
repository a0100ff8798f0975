import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { PendingRecord } from '../../db/queries/source-settling.ts'
import { deferMove } from '../lifecycle/defer-move.ts'
import { forgetKeeping, presenceOf, type Presence } from '../lifecycle/presence.ts'
import { mapRecord, type MapOptions } from '../map/map-record.ts'
import { parseMapped, type CorrelationKey, type Mapped, type MapFailure } from '../map/mapped.ts'
import type { CompiledSourceRules } from '../rules/compiled.ts'
import { groupsOfRecord } from '../teams/groups-of-person.ts'
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
  /** Whether he works here, as far as the record is not gone. */
  readonly presence: Presence
  /** The groups that it lists, as they are kept; null: none, or it is gone. */
  readonly groups: string | null
}

export function readRecord(rules: CompiledSourceRules, record: PendingRecord, options: MapOptions): ReadRecord {
  const gone = findGone(rules, record)
  // The last word about whoever is gone stays his last word.
  if (gone !== undefined) return { record, ...lastWord(record), left: gone }
  const attributes = parseRaw(record.raw)
  const outcome = mapRecord(rules, attributes, options)
  const groups = groupsOfRecord(attributes, rules)
  switch (outcome.kind) {
    case 'failed':
      return {
        record,
        mapped: undefined,
        keys: [],
        left: undefined,
        failure: outcome.failure,
        presence: 'unsaid',
        groups,
      }
    case 'outOfScope':
      return { record, ...lastWord(record), left: 'outOfScope' }
    case 'mapped': {
      const mapped = deferMove(outcome.mapped, record, options.now)
      const presence = presenceOf(mapped, options.now)
      const isLeft = isInactive(presence, record)
      const kept = isLeft ? mapped : present(mapped)
      return {
        record,
        mapped: kept,
        keys: outcome.keys,
        left: isLeft ? 'inactive' : undefined,
        failure: undefined,
        presence,
        groups,
      }
    }
    default:
      return outcome satisfies never
  }
}

function present(mapped: Mapped): Mapped {
  const dates = forgetKeeping(mapped.dates)
  return dates === mapped.dates || dates === undefined ? mapped : { ...mapped, dates }
}

function lastWord({ mapped }: PendingRecord): Omit<ReadRecord, 'record' | 'left'> {
  return { mapped: parseMapped(mapped), keys: [], failure: undefined, presence: 'ended', groups: null }
}

/** Whoever was called inactive stays so until the source says otherwise: nothing said changes nothing. */
function isInactive(presence: Presence, { left_reason }: PendingRecord): boolean {
  return presence === 'unsaid' ? left_reason === 'inactive' : presence === 'ended'
}

function findGone(
  { document }: CompiledSourceRules,
  { is_deleted, absent_reads }: PendingRecord,
): LeftReason | undefined {
  if (is_deleted) return 'deleted'
  return absent_reads >= document.leaving.absentReads ? 'absent' : undefined
}

/** The columns of a record or a group as they were stored. */
export function parseRaw(raw: string): JsonObject {
  const attributes: unknown = JSON.parse(raw)
  if (!isJsonObject(attributes)) throw new Error('What a source said of somebody is no object')
  return attributes
}
