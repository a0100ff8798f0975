import { createHash } from 'node:crypto'
import type { Guard } from '../outbound-guard.ts'
import { LdapError } from './ldap-error.ts'
import { type LdapServer, parseLdapUrl } from './ldap-server.ts'
import { openSocket } from './open-socket.ts'
import { type LdapSession, openSession } from './session.ts'
import { createWire } from './wire.ts'

/** A session that is one's own until it is given back. */
export type HeldSession = { readonly session: LdapSession; readonly release: () => void }

export type LdapOptions = {
  /** How long an answer may take. */
  readonly timeoutMs: number
  /** Of opening the connection; each question has its own. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Connections to LDAP servers, which stay open between uses: to public addresses, and to those that the operator allowed;
 * without TLS only to the latter. The connection goes to the very address that was looked at, and certificates are verified.
 */
export type LdapConnections = {
  /** Throws LdapError. */
  take(server: LdapServer, options: LdapOptions): Promise<HeldSession>
  /** With a session that is given back in the end. */
  use<Value>(server: LdapServer, options: LdapOptions, act: (session: LdapSession) => Promise<Value>): Promise<Value>
  close(): void
}

/** Shorter than servers keep idle connections; a name is looked up anew with each. */
const idleMs = 30_000
/** Of one server and one name. */
const idleMax = 8

type Idle = { readonly session: LdapSession; readonly timer: NodeJS.Timeout }

export function createLdapConnections(guard: Guard): LdapConnections {
  const idle = new Map<string, Idle[]>()
  const take: LdapConnections['take'] = async (server, options) => {
    const key = keyOf(server, options)
    const session = takeIdle(idle, key) ?? (await open(guard, server, options))
    return { session, release: () => keep(idle, key, session) }
  }
  return {
    take,
    use: async (server, options, act) => {
      const { session, release } = await take(server, options)
      try {
        return await act(session)
      } finally {
        release()
      }
    },
    close: () => {
      for (const { session, timer } of [...idle.values()].flat()) {
        clearTimeout(timer)
        session.destroy()
      }
      idle.clear()
    },
  }
}

function takeIdle(idle: Map<string, Idle[]>, key: string): LdapSession | undefined {
  const kept = idle.get(key)
  for (let last = kept?.pop(); last !== undefined; last = kept?.pop()) {
    clearTimeout(last.timer)
    if (kept?.length === 0) idle.delete(key)
    if (last.session.isOpen) return last.session
  }
  return undefined
}

function keep(idle: Map<string, Idle[]>, key: string, session: LdapSession): void {
  const kept = idle.get(key) ?? []
  if (!session.isOpen) return
  if (kept.length >= idleMax) return session.end()
  idle.set(key, kept)
  const end = (): void => {
    kept.splice(
      kept.findIndex((one) => one.session === session),
      1,
    )
    if (kept.length === 0) idle.delete(key)
    session.end()
  }
  kept.push({ session, timer: setTimeout(end, idleMs).unref() })
}

/** Whoever has other credentials, or trusts another authority, gets no connection of others. */
function keyOf({ url, startTls, ca, bind }: LdapServer, { timeoutMs }: LdapOptions): string {
  return createHash('sha256')
    .update(JSON.stringify([url, startTls, ca ?? null, bind?.dn, bind?.password, timeoutMs]))
    .digest('base64')
}

async function open(guard: Guard, server: LdapServer, { timeoutMs, signal }: LdapOptions): Promise<LdapSession> {
  const until = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])])
  // RFC 4513 §5.1.2: without a password a server says yes to any name, and takes us for nobody.
  if (server.bind?.password === '') throw new LdapError('bind', 'A bind needs a password')
  const wire = createWire(await openSocket(guard, server, until))
  try {
    const isEncrypted = server.startTls || parseLdapUrl(server.url)?.isTls === true
    return await openSession(wire, server, { isEncrypted, timeoutMs, signal: until })
  } catch (error) {
    wire.destroy()
    throw error
  }
}
