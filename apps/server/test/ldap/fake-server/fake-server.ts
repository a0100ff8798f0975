import { readFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { TLSSocket } from 'node:tls'
import { BerReader } from 'ldapts'
import { type ActiveDirectory, add, modify, withRanges } from './active-directory.ts'
import { answerDirSync, createReplica, readDirSync, type Replica, showService } from './replica.ts'
import {
  decode,
  encodeEntry,
  encodeResult,
  type FakeMessage,
  type FakeResult,
  type LdapRequest,
  readPaging,
  writePaging,
} from './protocol.ts'
import { Refused, Tree } from './tree.ts'

const certificates = new URL('../../ground/certificates/', import.meta.url)
const read = (name: string): string => readFileSync(new URL(name, certificates), 'utf8')
/** For `localhost` and 127.0.0.1; its own authority. */
export const fakeCertificate = read('first.cert.pem')
export const otherCertificate = read('second.cert.pem')

/** What the next request of a kind meets instead of an answer; `after`: it is done nevertheless. */
export type Fault = 'silent' | 'silentAfter' | 'reset' | 'resetAfter' | FakeResult

export type FakeLdap = AsyncDisposable & {
  readonly port: number
  readonly tree: Tree
  /** What the server tells of its own copy of the tree. */
  readonly replica: Replica
  readonly base: string
  /** Requests in the order that they came; passwords left out. */
  readonly requests: LdapRequest[]
  /** Connections that were opened. */
  connections: number
  failNext(kind: LdapRequest['kind'], fault: Fault, times?: number): void
  /** Closes what is open, and takes no more until it is called again. */
  goDown(): Promise<void>
  comeUp(): Promise<void>
}

export type FakeLdapOptions = Partial<ActiveDirectory> & { readonly tls?: 'none' | 'start' | 'full' }

export const fakeBind = { dn: 'cn=Rollcall,ou=Services,dc=acme,dc=test', password: 'correct-horse' }
const base = 'dc=acme,dc=test'

type State = { isEncrypted: boolean; isBound: boolean }

/** An LDAP server in the process of the test that speaks the wire protocol and behaves as Active Directory does (emulated). */
export async function startFakeLdap(options: FakeLdapOptions = {}): Promise<FakeLdap> {
  const numbers: ActiveDirectory = { rangeMax: 1_500, pageMax: 1_000, membersMax: 5_000, ...options }
  const tree = new Tree()
  for (const dn of [base, `ou=Services,${base}`, `ou=People,${base}`, `ou=Groups,${base}`, `ou=Left,${base}`])
    tree.insert(dn, [{ name: 'objectClass', values: [Buffer.from('organizationalUnit')] }])
  const sockets = new Set<Socket>()
  const faults: { kind: LdapRequest['kind']; fault: Fault; times: number }[] = []
  const server = createServer((socket) => {
    fake.connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    const state = { isEncrypted: options.tls === 'full', isBound: false }
    if (options.tls === 'full') serve(secure(socket), state)
    else serve(socket, state)
  })
  const serve = (socket: Socket, state: State): void => {
    socket.on('error', () => socket.destroy())
    readFrames(socket, (frame) => {
      const message = decode(frame)
      fake.requests.push(withoutPassword(message.request))
      if (message.request.kind === 'unbind') return void socket.end()
      const fault = takeFault(faults, message.request.kind)
      if (fault === 'reset') return void socket.destroy()
      if (fault === 'silent') return
      if (typeof fault === 'object') return void socket.write(encodeResult(message, fault))
      if (message.request.kind === 'extended') return startTls(socket, state, message)
      const answer = answerTo(message, { tree, numbers, state, replica: fake.replica })
      if (fault === 'resetAfter') return void socket.destroy()
      if (fault !== 'silentAfter') socket.write(answer)
    })
  }
  const startTls = (socket: Socket, state: State, message: FakeMessage): void => {
    if (options.tls !== 'start') return void socket.write(encodeResult(message, { code: 2, said: 'no TLS here' }))
    socket.removeAllListeners('data')
    socket.write(encodeResult(message, { code: 0 }))
    serve(secure(socket), Object.assign(state, { isEncrypted: true }))
  }
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  await listen(0)
  const { port } = server.address() as AddressInfo
  const goDown = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
  const fake: FakeLdap = {
    port,
    tree,
    replica: createReplica(base),
    base,
    requests: [],
    connections: 0,
    failNext: (kind, fault, times = 1) => void faults.push({ kind, fault, times }),
    goDown,
    comeUp: () => listen(port),
    [Symbol.asyncDispose]: async () => (server.listening ? goDown() : undefined),
  }
  return fake
}

function secure(socket: Socket): TLSSocket {
  return new TLSSocket(socket, { isServer: true, cert: fakeCertificate, key: read('first.key.pem') })
}

function takeFault(
  faults: { kind: LdapRequest['kind']; fault: Fault; times: number }[],
  kind: LdapRequest['kind'],
): Fault | undefined {
  const found = faults.find((one) => one.kind === kind && one.times > 0)
  if (found !== undefined) found.times--
  return found?.fault
}

function withoutPassword(request: LdapRequest): LdapRequest {
  return request.kind === 'bind' ? { ...request, password: '' } : request
}

function answerTo(
  message: FakeMessage,
  about: {
    readonly tree: Tree
    readonly numbers: ActiveDirectory
    readonly state: State
    readonly replica: Replica
  },
): Buffer {
  const { tree, numbers, state } = about
  const { request, controls } = message
  try {
    if (request.kind === 'bind') {
      state.isBound = request.dn === fakeBind.dn && request.password === fakeBind.password
      if (!state.isBound)
        throw new Refused(49, '80090308: LdapErr: DSID-0C090446, comment: AcceptSecurityContext error, data 52e')
      return encodeResult(message, { code: 0 })
    }
    if (!state.isBound && !(request.kind === 'search' && request.base === ''))
      throw new Refused(
        1,
        '000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation a successful bind must be completed on the connection.',
      )
    if (request.kind === 'search') return answerSearch(message, request, about)
    if (request.kind === 'add') add(tree, request, state)
    if (request.kind === 'modify') modify(tree, request, { session: state, controls, numbers })
    if (request.kind === 'rename') tree.move(tree.find(request.dn), request.rdn, request.parent)
    if (request.kind === 'delete') tree.remove(tree.find(request.dn))
    return encodeResult(message, { code: 0 })
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return encodeResult(message, { code: error.code, said: error.message })
  }
}

function answerSearch(
  message: FakeMessage,
  request: LdapRequest & { kind: 'search' },
  { tree, numbers, replica }: { readonly tree: Tree; readonly numbers: ActiveDirectory; readonly replica: Replica },
): Buffer {
  const { id, controls } = message
  if (request.base === '' || request.base === replica.service)
    return Buffer.concat([
      encodeEntry(id, request.base, request.base === '' ? rootDse(tree, replica) : showService(replica)),
      encodeResult(message, { code: 0 }),
    ])
  const since = readDirSync(controls)
  if (since !== undefined) return answerDirSync(message, request, { tree, replica, since })
  const all = tree.search(request)
  const paging = readPaging(controls)
  const from = paging?.from ?? 0
  const most = Math.min(paging?.size ?? numbers.pageMax, numbers.pageMax, request.sizeLimit || numbers.pageMax)
  const page = all.slice(from, from + most)
  const isMore = all.length > from + page.length
  const entries = page.map((entry) => encodeEntry(id, entry.dn, choose(tree.show(entry), request.attributes, numbers)))
  const control = paging === undefined ? undefined : writePaging(isMore ? from + page.length : undefined)
  const code = isMore && paging === undefined ? 4 : 0
  return Buffer.concat([...entries, encodeResult(message, { code }, control)])
}

const rootDse = (tree: Tree, { service }: Replica) => [
  { name: 'supportedLDAPVersion', values: [Buffer.from('3')] },
  { name: 'defaultNamingContext', values: [Buffer.from(base)] },
  { name: 'namingContexts', values: [Buffer.from(base)] },
  { name: 'dsServiceName', values: [Buffer.from(service)] },
  { name: 'highestCommittedUSN', values: [Buffer.from(String(tree.usn))] },
]

function choose(
  attributes: ReturnType<Tree['show']>,
  asked: readonly string[],
  numbers: ActiveDirectory,
): ReturnType<Tree['show']> {
  const names = new Set(asked.map((name) => name.replace(/;.*$/, '').toLowerCase()))
  const isAll = asked.length === 0 || names.has('*')
  // A password is shown to nobody.
  const shown = attributes.filter(({ name }) => (isAll || names.has(name.toLowerCase())) && name !== 'unicodePwd')
  return withRanges(shown, asked, numbers)
}

function readFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let held = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => {
    held = Buffer.concat([held, data])
    for (;;) {
      if (held.length < 2) return
      const reader = new BerReader(held)
      if (reader.readSequence() === null || held.length < reader.offset + reader.length) return
      const end = reader.offset + reader.length
      const frame = held.subarray(0, end)
      held = held.subarray(end)
      onFrame(frame)
    }
  })
}
