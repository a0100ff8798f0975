import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { OutboundCall, OutboundReply } from '../../outbound-connections.ts'

type Send = (call: OutboundCall) => Promise<OutboundReply>

/** In the place of an id that the app would give. */
export const rehearsedKey = 'id-that-the-app-gives'

/** Reads are asked for; what would change something goes nowhere, and is answered as if all went well. */
export function rehearseWrites(send: Send): Send {
  return (call) => (isRead(call) ? send(call) : Promise.resolve(answer(call)))
}

export function isRead({ method, url }: Pick<OutboundCall, 'method' | 'url'>): boolean {
  return method === 'GET' || method === 'SEARCH' || (method === 'POST' && /\/\.search(?:$|\?)/.test(url))
}

function answer({ method, url, body }: OutboundCall): OutboundReply {
  const headers = new Headers({ 'content-type': 'application/scim+json' })
  if (method === 'DELETE' || method === 'PATCH') return { status: 204, headers, text: '' }
  const key = method === 'POST' ? rehearsedKey : decodeURIComponent(new URL(url).pathname.split('/').at(-1) ?? '')
  return { status: method === 'POST' ? 201 : 200, headers, text: JSON.stringify({ ...parse(body), id: key }) }
}

function parse(body: string | undefined): JsonObject {
  const parsed: unknown = body === undefined ? {} : JSON.parse(body)
  return isJsonObject(parsed) ? parsed : {}
}
