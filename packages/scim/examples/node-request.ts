import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'

/** A `Request` for what node:http brings; the body is passed on as a stream. */
export function toRequest(message: IncomingMessage, url: string): Request {
  const method = message.method ?? 'GET'
  const headers = Object.entries(message.headers).map(([name, value]): [string, string] => [name, String(value)])
  const init: RequestInit & { duplex: 'half' } = { method, headers, duplex: 'half' }
  if (method !== 'GET' && method !== 'HEAD') init.body = Readable.toWeb(message)
  return new Request(new URL(url, 'http://localhost'), init)
}
