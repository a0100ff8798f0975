import { setTimeout as sleep } from 'node:timers/promises'
import { createRegistry, profiles, scimError, styles } from '@rollcall/scim'
import { createMemoryStorage, createServiceProvider, defaultLimits } from '@rollcall/scim/server'
import { randomBytes } from 'node:crypto'
import type { OutboundCall, OutboundConnections, OutboundReply } from '../outbound-connections.ts'

/** Names below it never lead anywhere (RFC 6761 §6.4). */
const domain = '.demo-app.invalid'
/** So long an app thinks, so that a cycle over a thousand people can be watched. */
const thinksMs = 60
/** Every so many requests an app asks for patience. */
const busyEvery = 150

/** Where an app of the demonstration stands: in the memory of the server, and so without a network. */
export function toDemoAddress(name: string): string {
  return `https://${name}${domain}/scim/v2`
}

/** The same connections, which answer for apps of the demonstration themselves. What such an app holds is gone with the process. */
export function withDemoApps(connections: OutboundConnections): OutboundConnections {
  const apps = new Map<string, DemoApp>()
  return {
    ...connections,
    send: (call) => {
      const host = URL.parse(call.url)?.hostname ?? ''
      if (!host.endsWith(domain)) return connections.send(call)
      const name = host.slice(0, -domain.length)
      const app = apps.get(name) ?? createDemoApp(name)
      apps.set(name, app)
      return app(call)
    },
  }
}

type DemoApp = (call: OutboundCall) => Promise<OutboundReply>

function createDemoApp(name: string): DemoApp {
  const registry = createRegistry()
  const baseUrl = toDemoAddress(name)
  const settings = {
    registry,
    profile: profiles.default,
    style: styles.rollcall,
    baseUrl,
    limits: defaultLimits,
    cursorSecret: randomBytes(32),
    scope: name,
    documentationUri: undefined,
  }
  const provider = createServiceProvider({
    storage: createMemoryStorage({ registry }),
    authenticate: () => {
      // "locked" has other credentials by now: what an administrator sees as quarantine.
      if (name.startsWith('locked')) throw scimError('unauthorized', 'The token was revoked')
      return {}
    },
    settings: () => settings,
  })
  let count = 0
  return async (call) => {
    await sleep(thinksMs, undefined, { signal: call.signal })
    count++
    const refusal = count % busyEvery === 0 ? busy() : refuse(call)
    const response = refusal ?? (await provider.fetch(new Request(call.url, toInit(call))))
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
}

function toInit({ method, headers, body }: OutboundCall): RequestInit {
  return { method, headers: new Headers([...headers]), ...(body !== undefined && { body }) }
}

function busy(): Response {
  return toError(429, undefined, 'Too many requests', { 'retry-after': '2' })
}

/** Mistakes that apps make: names that they cannot take. */
function refuse({ method, body = '' }: OutboundCall): Response | undefined {
  if (method !== 'POST') return undefined
  if (body.includes("O'Brien")) return toError(400, 'invalidValue', 'displayName must not contain an apostrophe')
  if (body.includes('𠮷')) return toError(400, 'invalidValue', 'displayName has a character that is not supported')
  return undefined
}

function toError(
  status: number,
  scimType: string | undefined,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:Error']
  const body = JSON.stringify({ schemas, status: String(status), ...(scimType !== undefined && { scimType }), detail })
  return new Response(body, { status, headers: { 'content-type': 'application/scim+json', ...headers } })
}
