import {
  AddRequest,
  Attribute,
  BindRequest,
  Change,
  Control,
  DeleteRequest,
  type Message,
  ModifyDNRequest,
  ModifyRequest,
  PagedResultsControl,
  SearchRequest,
  UnbindRequest,
} from 'ldapts'
import type { IntermediateMessage, RawControl } from './controls.ts'
import { binaryAttributes, type LdapEntry, toEntry } from './entry.ts'
import { type LdapFilter, toWireFilter } from './filters.ts'
import { LdapError, resultCodes } from './ldap-error.ts'
import type { LdapServer } from './ldap-server.ts'
import { resultText } from './result-text.ts'
import type { LdapAnswer, LdapWire } from './wire.ts'

export type LdapSearch = {
  readonly base: string
  readonly scope: 'base' | 'one' | 'sub'
  readonly filter: LdapFilter
  /** `*` are all of users, `+` all of operation. */
  readonly attributes: readonly string[]
  /** No more entries than these; that there are more is no error. */
  readonly entriesMax?: number
  /** What the server tells in return is read into them. */
  readonly controls?: readonly Control[]
}

export type LdapValues = readonly (string | Buffer)[]

export type LdapChange = {
  readonly operation: 'add' | 'delete' | 'replace'
  readonly attribute: string
  /** None of them: with `delete` and `replace` the attribute goes. */
  readonly values: LdapValues
}

/** All that came back for a search, for those who speak extensions of the protocol. */
export type LdapExchange = {
  readonly entries: readonly { readonly entry: LdapEntry; readonly controls: readonly RawControl[] }[]
  readonly controls: readonly RawControl[]
  readonly intermediates: readonly IntermediateMessage[]
}

/** Entries of a search in pieces, in the server's own order. */
export type LdapPages = {
  /** What was read so far was not the end. */
  readonly hasMore: boolean
  /** Undefined: there are no more. */
  next(signal?: AbortSignal): Promise<readonly LdapEntry[] | undefined>
}

/** A connection that says who we are. Nothing is done twice in it, referrals are not followed; everything throws LdapError. */
export type LdapSession = {
  /** Secrets may be sent. */
  readonly isEncrypted: boolean
  readonly isOpen: boolean
  search(search: LdapSearch, signal?: AbortSignal): Promise<readonly LdapEntry[]>
  exchange(search: LdapSearch, signal?: AbortSignal): Promise<LdapExchange>
  pages(search: LdapSearch, pageSize: number): LdapPages
  add(dn: string, attributes: ReadonlyMap<string, LdapValues>, signal?: AbortSignal): Promise<void>
  /** `isPermissive`: what is there already, or gone already, is no error where the server knows how (Active Directory). */
  modify(
    dn: string,
    changes: readonly LdapChange[],
    options?: { readonly isPermissive?: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<void>
  rename(dn: string, to: { readonly rdn: string; readonly parent: string }, signal?: AbortSignal): Promise<void>
  remove(dn: string, signal?: AbortSignal): Promise<void>
  /** Takes leave of the server. */
  end(): void
  destroy(): void
}

/** MS-ADTS §3.1.1.3.4.1.8. */
const permissiveModify = '1.2.840.113556.1.4.1413'
const messageIdMax = 2 ** 31 - 1

/** Says who we are on a connection that was just opened. Throws LdapError. */
export async function openSession(
  wire: LdapWire,
  server: LdapServer,
  options: { readonly isEncrypted: boolean; readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
): Promise<LdapSession> {
  const session = createSession(wire, options)
  await session.bind(server.bind, options.signal)
  return session
}

type Asking = (make: (messageId: number) => Message, signal: AbortSignal | undefined) => Promise<LdapAnswer>

function createSession(
  wire: LdapWire,
  { isEncrypted, timeoutMs }: { readonly isEncrypted: boolean; readonly timeoutMs: number },
): LdapSession & { bind(as: LdapServer['bind'], signal?: AbortSignal): Promise<void> } {
  let lastId = 0
  const nextId = (): number => (lastId = lastId >= messageIdMax ? 1 : lastId + 1)
  const ask: Asking = (make, signal) => wire.ask(make(nextId()), { timeoutMs, ...(signal !== undefined && { signal }) })
  const change = async (make: (messageId: number) => Message, signal: AbortSignal | undefined): Promise<void> => {
    requireSuccess(await ask(make, signal), 'result')
  }
  return {
    isEncrypted,
    get isOpen() {
      return wire.isOpen
    },
    bind: async (as, signal) => {
      const [dn, password] = as === null ? ['', ''] : [as.dn, as.password]
      requireSuccess(await ask((messageId) => new BindRequest({ messageId, dn, password }), signal), 'bind')
    },
    search: async (search, signal) => {
      const { entries } = await askForEntries(ask, { search, timeoutMs, controls: search.controls ?? [] }, signal)
      return entries
    },
    exchange: async (search, signal) => {
      const { entries, answer } = await askForEntries(
        ask,
        { search, timeoutMs, controls: search.controls ?? [] },
        signal,
      )
      const { controls, intermediates, entryControls } = answer
      return {
        entries: entries.map((entry, at) => ({ entry, controls: entryControls[at] ?? [] })),
        controls,
        intermediates,
      }
    },
    pages: (search, pageSize) => createPages(ask, { search, pageSize, timeoutMs }),
    add: (dn, given, signal) => {
      const attributes = [...given].map(([type, values]) => new Attribute({ type, values: toBuffers(values) }))
      return change((messageId) => new AddRequest({ messageId, dn, attributes }), signal)
    },
    modify: (dn, given, { isPermissive = false, signal } = {}) => {
      const changes = given.map(({ operation, attribute, values }) => {
        const modification = new Attribute({ type: attribute, values: toBuffers(values) })
        return new Change({ operation, modification })
      })
      const controls = isPermissive ? [new Control(permissiveModify, { critical: true })] : []
      return change((messageId) => new ModifyRequest({ messageId, dn, changes, controls }), signal)
    },
    rename: (dn, { rdn, parent }, signal) =>
      change((messageId) => new ModifyDNRequest({ messageId, dn, newRdn: rdn, newSuperior: parent }), signal),
    remove: (dn, signal) => change((messageId) => new DeleteRequest({ messageId, dn }), signal),
    end: () => wire.end(new UnbindRequest({ messageId: nextId() })),
    destroy: () => wire.destroy(),
  }
}

/** ldapts writes texts and bytes, but not both in one attribute. */
function toBuffers(values: LdapValues): Buffer[] {
  return values.map((value) => (typeof value === 'string' ? Buffer.from(value, 'utf8') : value))
}

function requireSuccess({ response }: LdapAnswer, kind: 'bind' | 'result', isPartFine = false): void {
  const { status, errorMessage } = response
  if (status === 0 || (isPartFine && status === resultCodes.sizeLimitExceeded)) return
  throw new LdapError(kind, resultText(status, errorMessage), { code: status })
}

async function askForEntries(
  ask: Asking,
  asked: { readonly search: LdapSearch; readonly timeoutMs: number; readonly controls: readonly Control[] },
  signal: AbortSignal | undefined,
): Promise<{ readonly entries: readonly LdapEntry[]; readonly answer: LdapAnswer }> {
  const { search, timeoutMs, controls } = asked
  const { base: baseDN, scope, entriesMax: sizeLimit = 0 } = search
  const attributes = [...search.attributes]
  const answer = await ask(
    (messageId) =>
      new SearchRequest({
        messageId,
        baseDN,
        scope,
        filter: toWireFilter(search.filter),
        attributes,
        sizeLimit,
        timeLimit: Math.ceil(timeoutMs / 1_000),
        controls: [...controls],
      }),
    signal,
  )
  requireSuccess(answer, 'result', sizeLimit > 0)
  const entries = answer.entries.map((entry) => toEntry(entry.toObject([], binaryAttributes)))
  return { entries, answer }
}

/** RFC 2696. The cookie means something on this connection only. */
function createPages(
  ask: Asking,
  paged: { readonly search: LdapSearch; readonly pageSize: number; readonly timeoutMs: number },
): LdapPages {
  const { search, pageSize, timeoutMs } = paged
  let cookie: Buffer | undefined = Buffer.alloc(0)
  return {
    get hasMore() {
      return cookie !== undefined
    },
    next: async (signal) => {
      if (cookie === undefined) return undefined
      const own = new PagedResultsControl({ value: { size: pageSize, cookie } })
      const controls = [...(search.controls ?? []), own]
      const page = await askForEntries(ask, { search, timeoutMs, controls }, signal)
      const told = page.answer.response.controls?.find((control) => control instanceof PagedResultsControl)
      const next = told?.value?.cookie
      cookie = next === undefined || next.length === 0 ? undefined : next
      return page.entries
    },
  }
}
