import type { LinkedRecord } from '../../db/queries/source-people.ts'
import { keepsActive } from '../lifecycle/presence.ts'
import { parseMapped, type Mapped } from '../map/mapped.ts'
import type { Voice } from './authority.ts'
import type { Identity } from './identify.ts'
import type { ReadRecord } from './read-record.ts'

type Site = { readonly sourceId: string; readonly now: Date }

/** What each source says of whom a record is about, one voice a source. */
export function listVoices(site: Site, read: ReadRecord, identity: Identity): readonly Voice[] {
  const { sourceId } = site
  const own: readonly Voice[] = speaksHere(read) ? [{ sourceId, mapped: read.mapped }] : []
  if (identity.kind !== 'person') return own
  const others = identity.records.flatMap((record): readonly Voice[] => {
    const mapped = record.source_id === sourceId || record.left_at !== null ? undefined : parseMapped(record.mapped)
    return mapped === undefined ? [] : [{ sourceId: record.source_id, mapped }]
  })
  const current = isSecondary(read) ? findCurrent(site, read, identity.records) : undefined
  return [...(current === undefined ? own : [{ sourceId, mapped: current }]), ...others]
}

// What a record said before it went is silent; a source that calls somebody inactive still speaks of him.
function speaksHere(read: ReadRecord): read is ReadRecord & { readonly mapped: Mapped } {
  return read.mapped !== undefined && (read.left === undefined || read.left === 'inactive')
}

/** Somebody with several records of one source is what the one says by which he works here. */
function isSecondary({ left, presence }: ReadRecord): boolean {
  return left !== undefined || presence === 'upcoming'
}

function findCurrent(
  { sourceId, now }: Site,
  { record }: ReadRecord,
  records: readonly LinkedRecord[],
): Mapped | undefined {
  return records
    .filter(({ source_id, anchor, left_at }) => source_id === sourceId && anchor !== record.anchor && left_at === null)
    .flatMap(({ mapped }) => parseMapped(mapped) ?? [])
    .find((mapped) => keepsActive(mapped, { isSameSource: true, now }))
}
