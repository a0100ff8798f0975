import type { Answer } from '@rollcall/scim/server'
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** An answer with every header that it goes out with: name, value, name, value. */
export type PlainAnswer = Omit<Answer, 'headers'> & { readonly headers: string[] }

/** Writes an answer: head and text leave in one piece, anything longer as fast as the client takes it. */
export function sendAnswer(
  outgoing: ServerResponse,
  { status, headers, body }: PlainAnswer,
): Promise<void> | undefined {
  if (typeof body === 'string') {
    const bytes = Buffer.byteLength(body)
    headers.push('content-length', String(bytes))
    outgoing.writeHead(status, headers)
    // A byte a character is ASCII, which takes less to write in this encoding and reads the same.
    outgoing.end(body, bytes === body.length ? 'latin1' : 'utf8')
    return undefined
  }
  outgoing.writeHead(status, headers)
  // A client that went away, or a store that failed on the way: the connection is closed, and nothing else can be done.
  if (body !== null) return pipeline(Readable.fromWeb(body), outgoing).catch(() => undefined)
  outgoing.end()
  return undefined
}
