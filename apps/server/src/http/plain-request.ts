import type { IncomingRequest } from '@rollcall/scim/server'
import type { IncomingMessage } from 'node:http'

/** What an endpoint reads of a request; every `Request` is one. */
export type PlainRequest = IncomingRequest & {
  /** As of a `Request`, or only path and query. */
  readonly url: string
}

// What is not of this form is left to `Request`, which knows how such addresses are to be written, or refused.
const plainHost = /^[a-z0-9._-]+(?::\d{1,5})?$/
const plainTarget = /^\/[!$&-;=@-[\]_a-z~]*(?:\?[!$%&-;=?-[\]_a-z~]*)?$/
const dotSegment = /\/\.\.?(?:[/?#]|$)/

/** A GET as it came from the socket; undefined for what has a body or an address that is out of the ordinary. */
export function toPlainRequest({ method, url = '', headers, rawHeaders }: IncomingMessage): PlainRequest | undefined {
  if (method !== 'GET' || headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined)
    return undefined
  if (!plainHost.test(headers.host ?? '') || !plainTarget.test(url) || dotSegment.test(url)) return undefined
  return { method, url, headers: new RawHeaders(rawHeaders), body: null, arrayBuffer: readNothing }
}

const readNothing = (): Promise<ArrayBuffer> => Promise.resolve(new ArrayBuffer(0))

/** Looks header fields up where Node left them; a field that was sent twice is joined, as `Headers` does. */
class RawHeaders {
  readonly #raw: readonly string[]

  constructor(raw: readonly string[]) {
    this.#raw = raw
  }

  /** `name` in lower case. */
  get(name: string): string | null {
    let found: string | null = null
    for (let index = 0; index < this.#raw.length; index += 2) {
      const field = this.#raw[index] ?? ''
      if (field.length !== name.length || field.toLowerCase() !== name) continue
      const value = this.#raw[index + 1] ?? ''
      found = found === null ? value : `${found}, ${value}`
    }
    return found
  }
}
