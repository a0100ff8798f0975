import type { OutboundReply } from './outbound-connections.ts'

const statusesWithoutBody = new Set([101, 204, 205, 304])

/** What came back, as clients over fetch know it. */
export function toResponse({ status, headers, text }: OutboundReply): Response {
  // A Response of the web knows 200 to 599 only.
  if (status < 200 || status > 599) throw new TypeError(`The server answered with the status ${status}`)
  return new Response(statusesWithoutBody.has(status) || text === '' ? null : text, { status, headers })
}
