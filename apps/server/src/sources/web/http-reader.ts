import type { HeaderReader } from '../../outbound-answer.ts'
import { setTimeout as sleep } from 'node:timers/promises'
import type { HttpPull } from '@rollcall/admin-api'
import { isJsonArray, isJsonObject, type JsonObject, type Json } from '@rollcall/scim'
import type { Authorizer } from '../../outbound-authorizer.ts'
import type { OutboundConnections, OutboundReply } from '../../outbound-connections.ts'
import { sampleMax, type ReadRequest, type SourceEntry, type SourcePage, type SourceReader } from '../reader.ts'
import { SourceError } from '../source-error.ts'
import { placeOf, readAttempt, refuseStatus } from './answers.ts'
import { flatten, valueAt } from '../flatten.ts'
import { nameRecord } from '../name-record.ts'
import { findNextPage, firstPage, isNoPage, type PageAt, toPageAt, toPageUrl } from './paging.ts'

const requestMsMax = 60_000
/** A server that asks for more patience is asked again by the next attempt of the read. */
const patienceMsMax = 60_000
const attemptsMax = 4
const pagesMax = 200_000
const entriesMax = 1_000

export type HttpSource = { readonly pull: HttpPull; readonly anchor: string }

export type HttpReaderParts = {
  readonly outbound: Pick<OutboundConnections, 'send'>
  readonly authorizer: Authorizer
  /** Waits between attempts; tests put their own in its place. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>
}

/** Pulls people from a JSON API, page by page; what changed since the last read began, where the API can tell. */
export function createHttpReader(source: HttpSource, parts: HttpReaderParts): SourceReader {
  const { delta, deletedAt } = source.pull
  return {
    abilities: { canDelta: delta !== undefined, tellsDeletions: deletedAt !== undefined },
    read: (request) => readPages(source, parts, request),
    probe: async (signal) => {
      const url = toPageUrl(source.pull, firstPage, undefined)
      const page = await readPage(source, parts, { at: firstPage, url, signal, etag: undefined })
      const sample = page === 'unchanged' ? [] : page.entries.slice(0, sampleMax)
      const columns = new Set(sample.flatMap((entry) => (entry.kind === 'record' ? Object.keys(entry.attributes) : [])))
      return { sample, columns: [...columns] }
    },
  }
}

async function* readPages(
  source: HttpSource,
  parts: HttpReaderParts,
  request: ReadRequest,
): AsyncGenerator<SourcePage> {
  const { pull } = source
  const { checkpoint, cursor, signal } = request
  const since = request.mode === 'delta' ? toSince(pull, checkpoint) : undefined
  // Only one answer that says everything can be the same as before.
  const etag = pull.paging.style === 'none' ? textOf(checkpoint?.['etag']) : undefined
  let at: PageAt | undefined = toPageAt(cursor)
  let begun = textOf(cursor?.['begun'])
  let done = numberOf(cursor?.['done'])
  while (at !== undefined) {
    if (at.number >= pagesMax) throw new SourceError('tooLarge', `There are more than ${pagesMax} pages`)
    const here = at.number === 0 ? undefined : { ...at, begun, done }
    const url = toPageUrl(pull, at, since)
    const page = await readPage(source, parts, { at, url, signal, etag })
    if (page === 'unchanged') {
      yield { entries: [], cursor, progress: { done: 0, total: 0 }, end: { checkpoint, isUnchanged: true } }
      return
    }
    begun ??= sinceOf(page.headers, request.now)
    done += page.entries.length
    const total = numberAt(page.body, pull.totalAt)
    const isAll = total !== undefined && done >= total
    at = findNextPage(pull, at, { url, headers: page.headers, body: page.body, count: page.entries.length, isAll })
    if (at === undefined && since === undefined && total !== undefined && done < total)
      throw new SourceError('truncated', `The server speaks of ${total} records and gave ${done}`, {
        place: placeOf(url),
      })
    const end = at === undefined ? { checkpoint: { begun, ...etagOf(page.headers) } } : undefined
    yield* split(page.entries, { here, cursor: at && { ...at, begun, done }, done, total, end })
  }
}

type Rest = {
  /** What led to this answer. */
  readonly here: JsonObject | undefined
  readonly cursor: JsonObject | undefined
  readonly done: number
  readonly total: number | undefined
  readonly end: SourcePage['end']
}

/** An answer may hold more than is written in one transaction: after a crash within it, it is read again as a whole. */
function* split(entries: readonly SourceEntry[], { here, cursor, done, total, end }: Rest): Generator<SourcePage> {
  const progress = { done, total }
  let from = 0
  for (; entries.length - from > entriesMax; from += entriesMax)
    yield { entries: entries.slice(from, from + entriesMax), cursor: here, progress }
  yield { entries: entries.slice(from), cursor, progress, ...(end !== undefined && { end }) }
}

type Page = { readonly entries: readonly SourceEntry[]; readonly body: Json; readonly headers: HeaderReader }

async function readPage(
  source: HttpSource,
  parts: HttpReaderParts,
  asked: { readonly at: PageAt; readonly url: string; readonly signal: AbortSignal; readonly etag: string | undefined },
): Promise<Page | 'unchanged'> {
  const { url, at } = asked
  const reply = await askPatiently(source.pull, parts, asked)
  if (reply.status === 304 && asked.etag !== undefined) return 'unchanged'
  const none = { entries: [], body: null, headers: reply.headers }
  if (isNoPage(at, { status: reply.status })) return none
  if (reply.status !== 200) throw refuseStatus(url, reply.status, reply.headers)
  const body = parse(url, reply.text)
  const records = valueAt(body, source.pull.recordsAt)
  if (!isJsonArray(records))
    throw new SourceError('unreadable', `There is no list at ${source.pull.recordsAt ?? 'the top of the answer'}`, {
      place: placeOf(url),
    })
  if (isNoPage(at, { records })) return none
  const entries = records.map((record, index) => toEntry(source, record, `page ${at.number + 1}, record ${index + 1}`))
  return { entries, body, headers: reply.headers }
}

/** Waits for servers that are busy or stumble, as long as that is a matter of moments. */
async function askPatiently(
  pull: HttpPull,
  { outbound, authorizer, wait = (ms, signal) => sleep(ms, undefined, { signal }) }: HttpReaderParts,
  { url, signal, etag }: { readonly url: string; readonly signal: AbortSignal; readonly etag: string | undefined },
): Promise<OutboundReply> {
  for (let attempt = 1; ; attempt++) {
    const reply = await readAttempt(url, authorizer, (headers) => {
      headers.set('accept', 'application/json')
      if (etag !== undefined) headers.set('if-none-match', etag)
      const timed = AbortSignal.any([signal, AbortSignal.timeout(requestMsMax)])
      return outbound.send({ method: 'GET', url, headers, body: undefined, ca: pull.ca, signal: timed })
    })
    if (reply.status !== 429 && reply.status < 500) return reply
    const { retryAfterMs = attempt * 1_000 } = refuseStatus(url, reply.status, reply.headers)
    if (attempt >= attemptsMax || retryAfterMs > patienceMsMax) return reply
    await wait(retryAfterMs, signal)
  }
}

function parse(url: string, text: string): Json {
  try {
    // JSON.parse makes nothing but JSON.
    return JSON.parse(text) as Json
  } catch (cause) {
    throw new SourceError('unreadable', 'The answer is no JSON', { place: placeOf(url), cause })
  }
}

function toEntry({ pull, anchor: anchorAt }: HttpSource, record: Json, place: string): SourceEntry {
  const bad = { kind: 'bad', anchor: undefined, place } as const
  if (!isJsonObject(record))
    return { ...bad, attribute: undefined, reason: 'noRecord', detail: 'This is no JSON object' }
  const attributes = flatten(record)
  const named = nameRecord(attributes, { column: anchorAt, place })
  if ('kind' in named) return named
  const gone = pull.deletedAt === undefined ? undefined : valueAt(record, pull.deletedAt)
  const isGone = gone !== undefined && gone !== null && gone !== false && gone !== '' && gone !== 'false'
  return isGone ? { kind: 'deleted', ...named, place } : { kind: 'record', ...named, attributes, place }
}

/** The server's own clock where it tells it: ours may be ahead, and then changes would be missed. */
function sinceOf(headers: HeaderReader, now: Date): string {
  const told = Date.parse(headers.get('date') ?? '')
  return new Date(Number.isNaN(told) ? now.getTime() : Math.min(told, now.getTime())).toISOString()
}

function toSince({ delta }: HttpPull, checkpoint: JsonObject | undefined): string | undefined {
  const begun = textOf(checkpoint?.['begun'])
  if (delta === undefined || begun === undefined) return undefined
  const since = new Date(Date.parse(begun) - delta.overlapMinutes * 60_000)
  if (delta.format === 'iso') return since.toISOString()
  return String(delta.format === 'epochSeconds' ? Math.floor(since.getTime() / 1_000) : since.getTime())
}

function etagOf(headers: HeaderReader): { readonly etag?: string } {
  const etag = headers.get('etag')
  return etag === null ? {} : { etag }
}

function numberAt(body: Json, path: string | undefined): number | undefined {
  const value = path === undefined ? undefined : valueAt(body, path)
  return typeof value === 'number' ? value : undefined
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function numberOf(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0
}
