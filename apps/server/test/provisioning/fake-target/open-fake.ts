import type { TargetProfileInput } from '@rollcall/admin-api'
import { createOutboundConnections, type OutboundCall, type OutboundReply } from '../../../src/outbound-connections.ts'
import { openTarget, type TargetParts } from '../../../src/provisioning/targets/scim/open-target.ts'
import type { Target } from '../../../src/provisioning/targets/target.ts'
import type { FakeTarget } from './fake-target.ts'

/** What apps of tests may reach: this machine. */
export const outboundAllow = ['127.0.0.0/8', '::1/128']

/** The server without sockets in the place of the network: for tests with thousands of requests. */
export function inProcess(fake: FakeTarget): (call: OutboundCall) => Promise<OutboundReply> {
  return async ({ method, url, headers, body, signal }) => {
    const response = await fake.fetch(
      new Request(url, { method, headers: [...headers], signal, ...(body !== undefined && { body }) }),
    )
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}

/** Our target on a fake, over real connections, which end with the fake. */
export function openFake(
  fake: FakeTarget,
  options: { readonly profile?: TargetProfileInput } & Partial<TargetParts> = {},
): Target {
  const { profile = {}, ...parts } = options
  const connections = createOutboundConnections({ allow: outboundAllow })
  return openTarget(
    {
      target: { kind: 'scim', baseUrl: fake.baseUrl, profile },
      credentials: { kind: 'bearer', token: fake.token },
    },
    { send: (call) => connections.send(call), now: Date.now, ...parts },
  )
}
