import type { HeaderReader } from '../../outbound-answer.ts'
import type { Authorizer } from '../../outbound-authorizer.ts'
import type { OutboundStream, OutboundStreams } from '../../outbound-connections.ts'
import type { FilePlace, SourceFile } from '../file.ts'
import { placeOf, readAttempt, refuseStatus } from '../web/answers.ts'
import { SourceError } from '../source-error.ts'

/** A file of any size may take so long. */
const downloadMsMax = 60 * 60_000

export type UrlPlace = {
  readonly url: string
  /** Authorities (PEM) besides those of the system. */
  readonly ca?: string | undefined
}

/**
 * A file behind an address. It is asked for by its ETag, or by when it was last changed, so that one that was read before is not
 * read again; a read that broke off goes on only where the server says so that it is the same file.
 */
export function createUrlPlace(
  { url, ca }: UrlPlace,
  parts: { readonly outbound: OutboundStreams; readonly authorizer: Authorizer },
): FilePlace {
  return {
    open: async ({ known, signal }) => {
      const whole = AbortSignal.any([signal, AbortSignal.timeout(downloadMsMax)])
      const answer = await readAttempt(url, parts.authorizer, (headers) => {
        for (const [name, value] of conditionsOf(known)) headers.set(name, value)
        headers.set('accept', 'text/csv, application/x-ndjson, */*;q=0.5')
        return parts.outbound.open({ method: 'GET', url, headers, body: undefined, ca, signal: whole })
      })
      if (answer.status === 304 && known !== undefined) {
        await drain(answer)
        return 'unchanged'
      }
      if (answer.status !== 200) throw refuseStatus(url, answer.status, answer.headers)
      return toFile(url, answer)
    },
  }
}

function toFile(url: string, answer: OutboundStream): SourceFile {
  const length = Number(answer.headers.get('content-length') ?? Number.NaN)
  return {
    name: placeOf(url),
    sizeBytes: Number.isSafeInteger(length) && length >= 0 ? length : undefined,
    identity: identityOf(answer.headers),
    chunks: readWhole(url, answer),
  }
}

async function* readWhole(url: string, answer: OutboundStream): AsyncGenerator<Uint8Array> {
  try {
    yield* answer.chunks
  } catch (cause) {
    if (cause instanceof SourceError) throw cause
    throw new SourceError('truncated', 'The connection ended before the file did', { place: placeOf(url), cause })
  }
}

/** RFC 9110 §8.8: only a strong ETag says that two answers are the same byte by byte; a date is as good as its server. */
function identityOf(headers: HeaderReader): string | undefined {
  const tag = headers.get('etag')
  if (tag !== null) return `etag ${tag}`
  const changed = headers.get('last-modified')
  return changed === null ? undefined : `changed ${changed}`
}

function conditionsOf(known: string | undefined): readonly (readonly [string, string])[] {
  if (known?.startsWith('etag ')) return [['if-none-match', known.slice('etag '.length)]]
  return known?.startsWith('changed ') ? [['if-modified-since', known.slice('changed '.length)]] : []
}

async function drain(answer: OutboundStream): Promise<void> {
  for await (const _ of answer.chunks) continue
}
