import type { IncomingMessage } from 'node:http'

/** What came back, whole. */
export type WholeAnswer = { readonly status: number; readonly headers: Headers; readonly text: string }

/** Reads an answer to its end; one that is longer than `bytesMax` ends in the error that `refuse` makes. */
export async function readAnswer(
  response: IncomingMessage,
  limit: { readonly bytesMax: number; readonly refuse: (message: string) => Error },
): Promise<WholeAnswer> {
  const { bytesMax, refuse } = limit
  const chunks: Uint8Array[] = []
  let bytes = 0
  // A message without an encoding is read as bytes.
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw refuse(`The answer has more than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString('utf8')
  return { status: response.statusCode ?? 0, headers: toHeaders(response), text }
}

export function toHeaders({ rawHeaders }: IncomingMessage): Headers {
  const headers = new Headers()
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '')
  return headers
}
