import type { IncomingMessage } from 'node:http'

/** Headers by their names, however they are written; null where there is none. What came twice is joined by commas. */
export type HeaderReader = Pick<Headers, 'get'>

/** What came back, whole. */
export type WholeAnswer = { readonly status: number; readonly headers: HeaderReader; readonly text: string }

/** Reads an answer to its end; one that is longer than `bytesMax` ends in the error that `refuse` makes. */
export function readAnswer(
  response: IncomingMessage,
  { bytesMax, refuse }: { readonly bytesMax: number; readonly refuse: (message: string) => Error },
): Promise<WholeAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<WholeAnswer>()
  const chunks: Uint8Array[] = []
  let bytes = 0
  response.on('data', (chunk: Uint8Array) => {
    bytes += chunk.byteLength
    if (bytes > bytesMax) response.destroy(refuse(`The answer has more than ${bytesMax} bytes`))
    else chunks.push(chunk)
  })
  response.on('end', () => {
    const text = Buffer.concat(chunks).toString('utf8')
    resolve({ status: response.statusCode ?? 0, headers: toHeaders(response), text })
  })
  response.on('error', reject)
  // After the end this says nothing new.
  response.on('close', () => reject(new Error('The answer broke off')))
  return promise
}

export function toHeaders({ headers }: IncomingMessage): HeaderReader {
  return {
    get: (name) => {
      const value = headers[name.toLowerCase()]
      return Array.isArray(value) ? value.join(', ') : (value ?? null)
    },
  }
}
