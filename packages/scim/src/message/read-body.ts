import { ScimError, scimError } from '../errors.ts'

/** The part of a `Request` that carries a body. */
export type BodySource = {
  readonly headers: { get(name: string): string | null }
  readonly body: ReadableStream<Uint8Array> | null
  arrayBuffer(): Promise<ArrayBuffer>
}

/**
 * Reads a body of at most `bytesMax` bytes as UTF-8 text; a byte order mark is dropped.
 *
 * Throws `payloadTooLarge` before more than that was read, `invalidSyntax` when it is no UTF-8, `badRequest` when the
 * client stops half-way, `unsupportedMediaType` for a compressed body.
 */
export async function readBody(source: BodySource, bytesMax: number): Promise<string> {
  const encoding = source.headers.get('content-encoding')
  if (encoding !== null && encoding !== '' && encoding.toLowerCase() !== 'identity')
    throw scimError('unsupportedMediaType', `Content-Encoding "${encoding}" is not supported`)
  const length = source.headers.get('content-length')
  if (length !== null && Number(length) > bytesMax) throw tooLarge(bytesMax)
  try {
    // With a length that fits, the server below has already bounded what can come.
    const bytes =
      length === null ? await readBounded(source.body, bytesMax) : new Uint8Array(await source.arrayBuffer())
    if (bytes.byteLength > bytesMax) throw tooLarge(bytesMax)
    return decodeText(bytes)
  } catch (error) {
    if (error instanceof ScimError) throw error
    throw scimError('badRequest', 'The body ended before it was complete', { cause: error })
  }
}

async function readBounded(body: ReadableStream<Uint8Array> | null, bytesMax: number): Promise<Uint8Array> {
  if (body === null) return new Uint8Array(0)
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = body.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength
    if (size > bytesMax) {
      await reader.cancel()
      throw tooLarge(bytesMax)
    }
    chunks.push(part.value)
  }
  return joinChunks(chunks, size)
}

function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks
  if (chunks.length === 1 && only !== undefined) return only
  const joined = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    joined.set(chunk, offset)
    offset += chunk.byteLength
  }
  return joined
}

const decoder = new TextDecoder('utf-8', { fatal: true })

/** UTF-8 bytes as text, without a byte order mark; throws `invalidSyntax` when they are no UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw scimError('invalidSyntax', 'The body is not valid UTF-8', { cause })
  }
}

function tooLarge(bytesMax: number): ScimError {
  return scimError('payloadTooLarge', `The body is larger than ${bytesMax} bytes`)
}
