/** Reads one JSON document from an address that is fixed in our code; tests put their own in its place. */
export type FetchJson = (url: string) => Promise<unknown>

const timeoutMs = 5_000
const bytesMax = 256 * 1024

/** Over the network: no redirects, a time limit, a size limit. */
export const fetchJson: FetchJson = async (url) => {
  const response = await fetch(url, {
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
    headers: { accept: 'application/json' },
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  const chunks: Uint8Array[] = []
  let bytes = 0
  // The web's stream type forgets that a response's body is made of bytes.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw new Error(`${url} answered more than ${bytesMax} bytes`)
    chunks.push(chunk)
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  return value
}
