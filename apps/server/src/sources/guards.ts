import type { SourceGuards } from '@rollcall/admin-api'
import type { ReadCounts } from './counts.ts'

/** Why a read looks wrong. */
export type HeldReason = 'empty' | 'shrunk' | 'grown' | 'columnEmpty' | 'tooManyBad'

export type Suspicion = { readonly reason: HeldReason; readonly detail: string }

/** A complete read, as the guards see it. */
export type ReadShape = {
  readonly counts: ReadCounts
  readonly columns: ReadonlyMap<string, number>
  /** Groups; undefined: they were not asked for. */
  readonly groups: number | undefined
}

/** Fewer than so many records more or less are no mass change, whatever share of a small source they are. */
const recordsMin = 3

/**
 * Whether a read that ended may count; undefined: it may. Only what shows everybody can be compared with the reads before,
 * so a delta is asked for its bad records only.
 */
export function suspect(
  read: ReadShape & { readonly isFull: boolean },
  known: {
    readonly guards: SourceGuards
    /** Complete full reads before this one that counted, newest first. */
    readonly before: readonly ReadShape[]
    readonly now: Date
  },
): Suspicion | undefined {
  const { guards, before, now } = known
  if (read.isFull && read.counts.read === 0)
    return { reason: 'empty', detail: 'The read ended without a single record' }
  if (guards.off !== undefined && new Date(guards.off.until) > now) return undefined
  return suspectBad(read.counts, guards) ?? (read.isFull ? suspectShape(read, before, guards) : undefined)
}

function suspectBad({ read, bad }: ReadCounts, { badPercent, badMin }: SourceGuards): Suspicion | undefined {
  const share = (bad / Math.max(1, read + bad)) * 100
  if (bad < badMin || share <= badPercent) return undefined
  const detail = `${bad} of ${read + bad} records could not be read (${percentText(share)}), where ${percentText(badPercent)} may be`
  return { reason: 'tooManyBad', detail }
}

function suspectShape(read: ReadShape, before: readonly ReadShape[], guards: SourceGuards): Suspicion | undefined {
  const [last] = before
  if (last === undefined) return undefined
  return (
    suspectSize(sizeOf(read), median(before.map(sizeOf)), guards) ??
    suspectGroups(
      read.groups,
      before.map(({ groups }) => groups ?? 0),
      guards,
    ) ??
    suspectColumns(read, last, guards)
  )
}

/** A bad record is somebody who is there. */
function sizeOf({ counts }: ReadShape): number {
  return counts.read + counts.bad
}

function suspectSize(size: number, usual: number, guards: SourceGuards): Suspicion | undefined {
  const change = ((size - usual) / Math.max(1, usual)) * 100
  if (Math.abs(size - usual) < recordsMin) return undefined
  const shown = `${size} records, where the reads before had ${usual}`
  if (-change > guards.shrinkPercent)
    return {
      reason: 'shrunk',
      detail: `${shown}: ${percentText(-change)} fewer, where ${guards.shrinkPercent} % may be`,
    }
  if (change > guards.growPercent)
    return { reason: 'grown', detail: `${shown}: ${percentText(change)} more, where ${guards.growPercent} % may be` }
  return undefined
}

/** Teams go by groups: fewer of them all at once, or none any more, are rather a right that was lost. */
function suspectGroups(
  groups: number | undefined,
  before: readonly number[],
  { shrinkPercent }: SourceGuards,
): Suspicion | undefined {
  if (groups === undefined) return undefined
  const usual = median(before)
  const lost = ((usual - groups) / Math.max(1, usual)) * 100
  if (usual - groups < recordsMin || lost <= shrinkPercent) return undefined
  const detail = `${groups} groups, where the reads before had ${usual}: ${percentText(lost)} fewer, where ${shrinkPercent} % may be`
  return { reason: 'shrunk', detail }
}

function suspectColumns(read: ReadShape, last: ReadShape, { emptyPercent }: SourceGuards): Suspicion | undefined {
  const emptied = [...last.columns].flatMap(([column, filled]) => {
    const before = emptyShare(last.counts.read, filled)
    const now = emptyShare(read.counts.read, read.columns.get(column) ?? 0)
    const rows = ((now - before) / 100) * read.counts.read
    return now - before > emptyPercent && rows >= recordsMin ? [{ column, now, before }] : []
  })
  if (emptied.length === 0) return undefined
  const shown = emptied
    .slice(0, 3)
    .map(
      ({ column, now, before }) =>
        `"${column}" is empty in ${percentText(now)} of the records, before in ${percentText(before)}`,
    )
  const rest = emptied.length > shown.length ? `; and ${emptied.length - shown.length} more columns` : ''
  return { reason: 'columnEmpty', detail: shown.join('; ') + rest }
}

/** In percent. */
function emptyShare(rows: number, filled: number): number {
  return rows === 0 ? 100 : ((rows - filled) / rows) * 100
}

function median(sizes: readonly number[]): number {
  const sorted = sizes.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1)
  return Math.round((low + high) / 2)
}

function percentText(percent: number): string {
  return `${Math.round(percent * 10) / 10} %`
}
