import { apiError, limits, type Route } from '@rollcall/admin-api'
import { parseJsonObject } from '@rollcall/scim'
import type { IncomingBody } from './call-context.ts'

const mediaType = /^application\/(?:[\w.-]+\+)?json(?:\s*;|$)/i
const nestingMax = 64
const decoder = new TextDecoder('utf-8', { fatal: true })

const nothing = Buffer.alloc(0)

/**
 * The body of a route that takes bytes or lines. Lines go on without end, unless a repetition must be told from another
 * request: then what is short enough is read first.
 */
export async function takeBody(
  route: Pick<Route, 'takesBytes' | 'takesLines'>,
  request: Request,
): Promise<{ readonly bytes: Buffer; readonly incoming: IncomingBody }> {
  const mediaType = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  const isShort = Number(request.headers.get('content-length') ?? Infinity) <= limits.partBytesMax
  const isRead = route.takesBytes !== undefined || (isShort && request.headers.has('idempotency-key'))
  if (route.takesLines === undefined && route.takesBytes === undefined)
    return { bytes: nothing, incoming: { mediaType, chunks: toChunks(nothing) } }
  if (!isRead) return { bytes: nothing, incoming: { mediaType, chunks: request.body ?? toChunks(nothing) } }
  const bytes = await readBytes(request, limits.partBytesMax)
  return { bytes, incoming: { mediaType, chunks: toChunks(bytes) } }
}

async function* toChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** What comes, as JSON; of at most `limits.partBytesMax`. */
export async function readJson({ chunks }: IncomingBody): Promise<unknown> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.byteLength
    if (bytes > limits.partBytesMax) throw tooLarge(limits.partBytesMax)
    parts.push(chunk)
  }
  return parseBody(decode(Buffer.concat(parts)), null)
}

/** The body, read no further than the limit. */
export async function readBytes(request: Request, bytesMax: number): Promise<Buffer> {
  const announced = Number(request.headers.get('content-length') ?? 0)
  if (announced > bytesMax) throw tooLarge(bytesMax)
  const chunks: Uint8Array[] = []
  let bytes = 0
  const body: AsyncIterable<Uint8Array> = request.body ?? new Blob([]).stream()
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw tooLarge(bytesMax)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The body as text, likewise. */
export async function readText(request: Request): Promise<string> {
  return decode(await readBytes(request, limits.bodyBytesMax))
}

function decode(bytes: Buffer): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw apiError('malformedJson', 'The body is not UTF-8', { cause })
  }
}

/** Refuses other media types, an empty body and what is no JSON. */
export function parseBody(text: string, contentType: string | null): unknown {
  if (text.trim() === '') throw apiError('malformedJson', 'The body is empty: a JSON object is wanted')
  if (contentType !== null && !mediaType.test(contentType)) {
    throw apiError('unsupportedMediaType', 'The body must be sent as application/json')
  }
  const value = parseJson(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) refuseAmbiguous(text)
  if (mayBeUnstorable.test(text)) refuseUnstorable(value)
  return value
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw apiError('malformedJson', `The body is not JSON: ${describe(cause)}`, { cause })
  }
}

/** A key that stands twice means one thing to us and perhaps another to whoever checked the body before us. */
function refuseAmbiguous(text: string): void {
  try {
    parseJsonObject(text, { depthMax: nestingMax })
  } catch (cause) {
    throw apiError('malformedJson', cause instanceof Error ? cause.message : 'The body is not JSON', { cause })
  }
}

// In a body of valid UTF-8 only escapes spell U+0000 and half surrogate pairs, for which PostgreSQL has no room.
const mayBeUnstorable = /\\u(?:0000|d[89a-f])/i

function refuseUnstorable(value: unknown): void {
  const rest: unknown[] = [value]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (typeof next === 'string' && (next.includes('\0') || !next.isWellFormed()))
      throw apiError('malformedJson', 'A text of the body is no valid Unicode, or holds the character U+0000')
    if (typeof next === 'object' && next !== null) for (const entry of Object.entries(next)) rest.push(...entry)
  }
}

/** The place, but not the text around it: a body may hold secrets. */
function describe(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : ''
  return /at position \d+(?: \(line \d+ column \d+\))?/.exec(message)?.[0] ?? 'it ends too early or is damaged'
}

function tooLarge(bytesMax: number): Error {
  return apiError('bodyTooLarge', `The body is larger than ${bytesMax} bytes`)
}
