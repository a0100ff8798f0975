import type { LdapConnections, HeldSession } from '../../../ldap/connections.ts'
import type { LdapEntry } from '../../../ldap/entry.ts'
import { textsOf } from '../../../ldap/entry.ts'
import type { LdapServer } from '../../../ldap/ldap-server.ts'
import type { LdapPages } from '../../../ldap/session.ts'
import type { ObjectKind } from '../../object.ts'
import type { TargetPage } from '../target.ts'
import { attributesOf, below, filterOf, findKeys, searchedAs } from './find-entries.ts'
import { LdapRefusal } from './refusal.ts'
import type { LdapSettings } from './settings.ts'
import { toTargetObject } from './values.ts'

export type Listing = {
  /** Throws LdapError, LdapRefusal. */
  list(
    kind: ObjectKind,
    page: string | undefined,
    signal: AbortSignal | undefined,
    /** No others are needed; undefined: all. */
    attributes: readonly string[] | undefined,
  ): Promise<TargetPage>
}

type Parts = {
  readonly connections: LdapConnections
  readonly server: LdapServer
  readonly settings: LdapSettings
  /** Attributes of groups that the rules write. */
  readonly also: readonly string[]
}

type Open = { readonly held: HeldSession; readonly pages: LdapPages; readonly timer: NodeJS.Timeout }

/** Whoever asks for no further page for so long has stopped. */
const idleMs = 5 * 60_000
/** A list that is cut off begins anew so often. */
const restartsMax = 5
const keptNamesMax = 50_000

/**
 * The position in a list is known to one connection only (RFC 2696), which is held from page to page. Where it is lost, the list
 * begins anew: whoever reads it takes an account that comes twice for one.
 */
export function createListing(parts: Parts): Listing {
  const open = new Map<string, Open>()
  const keysByName = new Map<string, string>()
  let opened = 0
  let restarts = 0
  const close = (name: string): Open | undefined => {
    const found = open.get(name)
    if (found !== undefined) clearTimeout(found.timer)
    open.delete(name)
    return found
  }
  return {
    list: async (kind, page, signal, attributes) => {
      const found = page === undefined ? undefined : close(page)
      if (page !== undefined && found === undefined && ++restarts > restartsMax)
        throw new LdapRefusal('broken', 'ConnectionLost', { message: 'The list was cut off again and again' })
      const { held, pages } = found ?? (await begin(parts, { kind, wanted: attributes }, signal))
      const entries = await pages.next(signal).catch((error: unknown) => {
        held.session.destroy()
        throw error
      })
      if (entries === undefined || !pages.hasMore) held.release()
      const objects = await toObjects(parts, { kind, entries: entries ?? [], keysByName }, signal)
      if (!pages.hasMore) return { objects, next: undefined, total: undefined }
      const next = `page-${++opened}`
      const timer = setTimeout(() => close(next)?.held.session.destroy(), idleMs).unref()
      open.set(next, { held, pages, timer })
      return { objects, next, total: undefined }
    },
  }
}

async function begin(
  { connections, server, settings, also }: Parts,
  { kind, wanted }: { readonly kind: ObjectKind; readonly wanted: readonly string[] | undefined },
  signal: AbortSignal | undefined,
): Promise<Pick<Open, 'held' | 'pages'>> {
  const { requestTimeoutMs: timeoutMs, pageSize } = settings.profile
  const held = await connections.take(server, { timeoutMs, signal })
  const search = {
    ...below(settings),
    filter: filterOf(kind, settings),
    attributes: wanted === undefined ? attributesOf(kind, settings, also) : narrowAttributes(kind, settings, wanted),
  }
  return { held, pages: held.session.pages(search, pageSize) }
}

function narrowAttributes(kind: ObjectKind, settings: LdapSettings, wanted: readonly string[]): readonly string[] {
  return [...new Set([...wanted.map((name) => searchedAs(kind, name, settings)), settings.idAttribute])]
}

type Listed = {
  readonly kind: ObjectKind
  readonly entries: readonly LdapEntry[]
  readonly keysByName: Map<string, string>
}

async function toObjects(
  { connections, server, settings }: Parts,
  { entries, keysByName }: Listed,
  signal: AbortSignal | undefined,
): Promise<TargetPage['objects']> {
  const { references, requestTimeoutMs: timeoutMs } = settings.profile
  const names = entries.flatMap((entry) => references.flatMap((name) => textsOf(entry, name)))
  const unknown = [...new Set(names)].filter((name) => !keysByName.has(name))
  if (unknown.length > 0) {
    if (keysByName.size > keptNamesMax) keysByName.clear()
    const found = await connections.use(server, { timeoutMs, signal }, (session) =>
      findKeys(session, unknown, { settings, signal }),
    )
    for (const [name, key] of found) keysByName.set(name, key)
  }
  return entries.map((entry) => toTargetObject(entry, settings, { references: keysByName }))
}
