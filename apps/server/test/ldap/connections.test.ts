import assert from 'node:assert/strict'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import test, { type TestContext } from 'node:test'
import { createLdapConnections, type LdapConnections, type LdapOptions } from '../../src/ldap/connections.ts'
import { textOf } from '../../src/ldap/entry.ts'
import { LdapError, type LdapErrorKind } from '../../src/ldap/ldap-error.ts'
import type { LdapServer } from '../../src/ldap/ldap-server.ts'
import type { LdapSearch, LdapSession } from '../../src/ldap/session.ts'
import { uniqueIdOf, toUniqueIdValue } from '../../src/ldap/unique-id.ts'
import { readWholeValues } from '../../src/ldap/whole-values.ts'
import { createGuard } from '../../src/outbound-guard.ts'
import { fakeBind, fakeCertificate, type FakeLdap, otherCertificate, startFakeLdap } from './fake-server/fake-server.ts'

const limits: LdapOptions = { timeoutMs: 2_000 }

function connect(t: TestContext, allow: readonly string[] = ['127.0.0.0/8']): LdapConnections {
  const connections = createLdapConnections(createGuard({ allow }))
  t.after(() => connections.close())
  return connections
}

function serverOf(fake: FakeLdap, options: Partial<LdapServer> & { readonly scheme?: string } = {}): LdapServer {
  const { scheme = 'ldap', ...rest } = options
  return { url: `${scheme}://localhost:${fake.port}`, startTls: false, bind: fakeBind, ...rest }
}

const people = (fake: FakeLdap, attributes: readonly string[] = ['*']): LdapSearch => ({
  base: `ou=People,${fake.base}`,
  scope: 'one',
  filter: { kind: 'present', attribute: 'objectClass' },
  attributes,
})

function fill(fake: FakeLdap, count: number): void {
  for (let number = 0; number < count; number++)
    fake.tree.insert(`cn=Person ${number},ou=People,${fake.base}`, [
      { name: 'objectClass', values: [Buffer.from('user')] },
      { name: 'sn', values: [Buffer.from(`Person ${number}`)] },
    ])
}

async function errorOf(act: () => Promise<unknown>): Promise<LdapError> {
  try {
    await act()
  } catch (error) {
    if (error instanceof LdapError) return error
    throw error
  }
  throw new Error('It went well')
}

const readOne = (session: LdapSession): Promise<unknown> =>
  session.search({ base: '', scope: 'base', filter: { kind: 'present', attribute: 'objectClass' }, attributes: [] })

for (const [name, tls, given] of [
  ['LDAPS', 'full', { scheme: 'ldaps' }],
  ['StartTLS', 'start', { startTls: true }],
] as const) {
  test(`over ${name} the certificate is verified by the own authority, and secrets may be sent (RFC 4513 §3.1)`, async (t) => {
    await using fake = await startFakeLdap({ tls })
    const connections = connect(t)
    const server = serverOf(fake, { ...given, ca: fakeCertificate })
    await connections.use(server, limits, async (session) => {
      assert.equal(session.isEncrypted, true)
      await session.search(people(fake))
    })
    const unknown = await errorOf(() => connections.use(serverOf(fake, given), limits, readOne))
    assert.equal(unknown.kind, 'tls')
    const other = { ...server, ca: otherCertificate }
    assert.equal((await errorOf(() => connections.use(other, limits, readOne))).kind, 'tls')
    // Where the certificate was not good, nobody said who we are.
    assert.equal(fake.requests.filter(({ kind }) => kind === 'bind').length, 1)
  })
}

test('a server without StartTLS is left before anything is said', async (t) => {
  await using fake = await startFakeLdap()
  const error = await errorOf(() => connect(t).use(serverOf(fake, { startTls: true }), limits, readOne))
  assert.equal(error.kind, 'tls')
  assert.deepEqual(
    fake.requests.map(({ kind }) => kind),
    ['extended'],
  )
})

test('what a server adds to its answer to StartTLS is not taken for said within TLS', async (t) => {
  const success = Buffer.from('300c02010178070a010004000400', 'hex')
  await using server = await startRaw((socket) =>
    socket.on('data', () => socket.write(Buffer.concat([success, success]))),
  )
  const asked = { url: server.url, startTls: true, bind: null }
  const error = await errorOf(() => connect(t).use(asked, limits, readOne))
  assert.match(error.message, /more than the answer to StartTLS/)
})

test('private addresses are reached only where the operator allowed them, and without TLS nothing else is', async (t) => {
  await using fake = await startFakeLdap()
  assert.equal((await errorOf(() => connect(t, []).use(serverOf(fake), limits, readOne))).kind, 'refused')
  assert.equal(fake.connections, 0)
  const guard = createGuard({ allow: ['10.0.0.0/8'], lookUp: async () => [{ address: '192.0.43.8', family: 4 }] })
  const elsewhere = createLdapConnections(guard)
  const plain = { url: 'ldap://directory.example', startTls: false, bind: null }
  const error = await errorOf(() => elsewhere.use(plain, limits, readOne))
  assert.equal(error.kind, 'refused')
  assert.match(error.message, /TLS only/)
})

test('the address that was looked at is the one that is connected to: the name is asked for once', async (t) => {
  await using fake = await startFakeLdap({ tls: 'full' })
  const answers = ['127.0.0.1', '192.0.2.1']
  const asked: string[] = []
  const lookUp = async (host: string) => {
    asked.push(host)
    return [{ address: answers[asked.length - 1] ?? '', family: 4 }]
  }
  const connections = createLdapConnections(createGuard({ allow: ['127.0.0.1'], lookUp }))
  t.after(() => connections.close())
  await connections.use(serverOf(fake, { scheme: 'ldaps', ca: fakeCertificate }), limits, readOne)
  assert.deepEqual(asked, ['localhost'])
})

test('a wrong password ends in an error of the bind with code 49, and no password is in it', async (t) => {
  await using fake = await startFakeLdap()
  const server = serverOf(fake, { bind: { ...fakeBind, password: 'wrong-battery' } })
  const error = await errorOf(() => connect(t).use(server, limits, readOne))
  assert.deepEqual([error.kind, error.code], ['bind', 49])
  assert.match(error.message, /invalidCredentials \(49\): 80090308/)
  assert.doesNotMatch(error.message, /wrong-battery/)
})

test('a bind with a name and no password is not sent: servers take it for nobody and say yes (RFC 4513 §5.1.2)', async (t) => {
  await using fake = await startFakeLdap()
  const server = serverOf(fake, { bind: { dn: fakeBind.dn, password: '' } })
  assert.equal((await errorOf(() => connect(t).use(server, limits, readOne))).kind, 'bind')
  assert.deepEqual(fake.requests, [])
})

test('a connection is used again, and not after something went wrong on it', async (t) => {
  await using fake = await startFakeLdap()
  const connections = connect(t)
  const server = serverOf(fake)
  await connections.use(server, limits, readOne)
  await connections.use(server, limits, readOne)
  assert.equal(fake.connections, 1)
  // A refusal is no fault of the connection.
  const gone = { ...people(fake), base: 'ou=Nobody,dc=acme,dc=test' }
  assert.equal((await errorOf(() => connections.use(server, limits, (session) => session.search(gone)))).code, 32)
  assert.equal(fake.connections, 1)
  fake.failNext('search', 'reset')
  assert.equal((await errorOf(() => connections.use(server, limits, readOne))).kind, 'lost')
  await connections.use(server, limits, readOne)
  assert.equal(fake.connections, 2)
})

test('whoever says who he is otherwise gets no connection of others', async (t) => {
  await using fake = await startFakeLdap()
  const connections = connect(t)
  await connections.use(serverOf(fake), limits, readOne)
  const other = serverOf(fake, { bind: { ...fakeBind, password: 'guess' } })
  assert.equal((await errorOf(() => connections.use(other, limits, readOne))).kind, 'bind')
})

test('an answer that does not come ends at the time limit, or when whoever waits stops', async (t) => {
  await using fake = await startFakeLdap()
  const connections = connect(t)
  const server = serverOf(fake)
  fake.failNext('search', 'silent', 2)
  assert.equal((await errorOf(() => connections.use(server, { timeoutMs: 100 }, readOne))).kind, 'timeout')
  const stop = new AbortController()
  const waiting = errorOf(() => connections.use(server, limits, (session) => session.search(people(fake), stop.signal)))
  setTimeout(() => stop.abort(), 50)
  assert.equal((await waiting).kind, 'aborted')
})

test('something that speaks no LDAP is told at once, and not at the time limit', async (t) => {
  await using server = await startRaw((socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const error = await errorOf(() =>
    connect(t).use({ url: server.url, startTls: false, bind: null }, { timeoutMs: 30_000 }, readOne),
  )
  assert.equal(error.kind, 'malformed')
})

test('a message that never ends is not waited for: its bytes are counted', async (t) => {
  await using server = await startRaw((socket) => {
    socket.on('data', () => {
      socket.write(Buffer.from('3084ffffff00', 'hex'))
      const piece = Buffer.alloc(8 * 1024 * 1024)
      const pour = (): void => void (socket.writable && socket.write(piece, pour))
      pour()
    })
  })
  const asked = { url: server.url, startTls: false, bind: null }
  const error = await errorOf(() => connect(t).use(asked, { timeoutMs: 30_000 }, readOne))
  assert.equal(error.kind satisfies LdapErrorKind, 'tooLarge')
})

test('a search goes through all pages (RFC 2696)', async (t) => {
  await using fake = await startFakeLdap()
  fill(fake, 25)
  const sizes = await connect(t).use(serverOf(fake), limits, async (session) => {
    const pages = session.pages(people(fake), 10)
    const all: number[] = []
    for (let page = await pages.next(); page !== undefined; page = await pages.next()) all.push(page.length)
    return all
  })
  assert.deepEqual(sizes, [10, 10, 5])
})

test('more than was asked for is no error of a search that wants two', async (t) => {
  await using fake = await startFakeLdap()
  fill(fake, 5)
  const found = await connect(t).use(serverOf(fake), limits, (session) =>
    session.search({ ...people(fake), entriesMax: 2 }),
  )
  assert.equal(found.length, 2)
})

test('values that a server shows in pieces are read to the last (range retrieval, MS-ADTS §3.1.1.3.1.3.3)', async (t) => {
  await using fake = await startFakeLdap({ rangeMax: 10 })
  fill(fake, 34)
  const dn = `cn=All,ou=Groups,${fake.base}`
  const members = Array.from({ length: 34 }, (_, number) => Buffer.from(`cn=Person ${number},ou=People,${fake.base}`))
  fake.tree.insert(dn, [{ name: 'member', values: members }])
  const values = await connect(t).use(serverOf(fake), limits, async (session) => {
    const [entry] = await session.search({
      base: dn,
      scope: 'base',
      filter: { kind: 'present', attribute: 'objectClass' },
      attributes: ['member'],
    })
    assert.ok(entry)
    return readWholeValues(session, entry, 'member')
  })
  assert.deepEqual(new Set(values), new Set(members.map(String)))
})

test('an objectGUID is read as bytes, shown as people write it, and found by', async (t) => {
  await using fake = await startFakeLdap()
  fill(fake, 1)
  const entry = [...fake.tree.entries.values()].find(({ dn }) => dn.startsWith('cn=Person'))
  const guid = entry?.guid ?? ''
  const found = await connect(t).use(serverOf(fake), limits, (session) =>
    session.search({
      ...people(fake, ['objectGUID', 'sn']),
      filter: { kind: 'equal', attribute: 'objectGUID', value: toUniqueIdValue(guid, 'objectGUID') },
    }),
  )
  assert.equal(found.length, 1)
  assert.equal(found[0] && uniqueIdOf(found[0], 'objectGUID'), guid)
  assert.equal(found[0] && textOf(found[0], 'SN'), 'Person 0')
})

async function startRaw(onSocket: (socket: Socket) => void): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `ldap://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
