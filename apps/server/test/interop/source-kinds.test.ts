import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import pg from 'pg'
import { createLdapConnections } from '../../src/ldap/connections.ts'
import { createGuard } from '../../src/outbound-guard.ts'
import { formatTypeId } from '../../src/type-id.ts'
import { databaseProxy } from '../harness/database-proxy.ts'
import { createEmptyDatabase } from '../harness/database.ts'
import { fakeCertificate } from '../ldap/fake-server/fake-server.ts'
import { createSourceHarness, type SourceHarness } from '../sources/source-harness.ts'
import { json, serve } from '../sources/web-server.ts'
import { type Slapd, slapdBase, slapdRoot, slapdSeed, startSlapd } from './slapd.ts'

type Person = { readonly id: string; readonly mail: string; readonly name: string; readonly title: string }

/** What one day brings: two are others than they were, one of them new, and one is gone. */
type Day = {
  readonly everybody: readonly Person[]
  readonly changed: readonly Person[]
  readonly gone: Person
}

/** A source as somebody has it: all there is on the first day, and the second day in its own way. */
type Kind = {
  readonly place: string
  first(everybody: readonly Person[]): Promise<void>
  second(day: Day): Promise<void>
  /** How the second read was made. */
  readonly mode: 'full' | 'delta'
  /** Left out: by `read`. */
  readonly isPushed?: boolean
}

const organization = '/api/v1/organizations/acme'
const peopleDn = `ou=People,${slapdBase}`
const allowed = ['127.0.0.0/8', '::1/128']
const settings = { approval: 'never' } as const
const lines = (records: readonly object[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('')
const toCsv = (people: readonly Person[]): string =>
  ['id,mail,name,title', ...people.map((person) => Object.values(person).join(','))].join('\n').concat('\n')

function rulesOf(
  names: { readonly id: string; readonly mail: string; readonly name: string },
  more: object = {},
): object {
  return {
    anchor: names.id,
    mappings: [
      { target: 'userName', kind: 'direct', source: names.mail },
      { target: 'displayName', kind: 'direct', source: names.name },
      { target: 'title', kind: 'direct', source: 'title' },
    ],
    correlation: [],
    leaving: { policy: 'suspend', absentReads: 1 },
    ...more,
  }
}

const rules = rulesOf({ id: 'id', mail: 'mail', name: 'name' })

test('ENG-33: CSV file and upload, HTTP JSON, SCIM bulk upload, LDAP and SQL: all there is, then what changed', async (context) => {
  const slapd = await startSlapd(slapdSeed, { syncLogMax: 1_000 })
  if ('missing' in slapd) return context.skip(slapd.missing)
  context.after(() => slapd[Symbol.asyncDispose]())
  context.diagnostic(`slapd ${slapd.version}`)
  const folders = await mkdtemp(join(tmpdir(), 'rollcall-kinds-'))
  context.after(() => rm(folders, { recursive: true }))
  const environment = { ROLLCALL_SOURCE_FOLDERS: folders, ROLLCALL_OUTBOUND_ALLOW: allowed.join(',') }
  const harness = await createSourceHarness({ settings: environment })
  context.after(() => harness[Symbol.asyncDispose]())
  const kinds: readonly (readonly [string, number, () => Promise<Kind>])[] = [
    ['csv-upload', 40, () => csvUpload(harness)],
    ['csv-folder', 40, () => csvFolder(harness, folders)],
    ['http', 40, () => httpJson(harness, context)],
    ['records', 1_000, () => nativeUpload(harness)],
    ['bulk', 50, () => scimBulk(harness)],
    ['ldap', 40, () => openLdap(harness, slapd, context)],
    ['sql', 40, () => postgres(harness, context)],
  ]
  for (const [name, count, open] of kinds)
    await context.test(name, async () => goThrough(harness, await open(), peopleOf(name, count)))
})

function peopleOf(name: string, count: number): readonly Person[] {
  return Array.from({ length: count }, (_, index) => personOf(name, index + 1))
}

function personOf(name: string, number: number): Person {
  const id = `${name}${number}`
  return { id, mail: `${id}@kinds.test`, name: `Person ${number}`, title: 'Engineer' }
}

/** Both days, looked at from outside: who is here, with which title, in which state. */
async function goThrough(harness: SourceHarness, kind: Kind, first: readonly Person[]): Promise<void> {
  const [, second, gone] = first
  assert.ok(second && gone)
  await kind.first(first)
  const full = await readOf(harness, kind)
  assert.deepEqual([full.state, full.counts.read, full.counts.changed], ['done', first.length, first.length])
  await assertPeople(harness, kind, first, 'active')
  harness.application.clock.advance(60_000)
  const promoted = { ...second, title: 'Head' }
  const fresh = { ...second, id: `${second.id}new`, mail: `new.${second.mail}`, title: 'Trainee' }
  const everybody = [...first.filter((person) => person !== second && person !== gone), promoted, fresh]
  await kind.second({ everybody, changed: [promoted, fresh], gone })
  const changes = await readOf(harness, kind)
  assert.deepEqual([changes.state, changes.mode], ['done', kind.mode], JSON.stringify(changes))
  await assertPeople(harness, kind, [promoted, fresh], 'active')
  await assertPeople(harness, kind, [gone], 'suspended')
  const all = await harness.send('GET', `${kind.place}/records?limit=1&total=true`)
  assert.equal(all.body.total, first.length + 1)
}

async function readOf(harness: SourceHarness, { place, isPushed }: Kind) {
  if (isPushed !== true) return harness.read(place)
  await harness.work()
  return (await harness.send('GET', `${place}/reads`)).body.data[0]
}

async function assertPeople(
  harness: SourceHarness,
  { place }: Kind,
  people: readonly Person[],
  state: string,
): Promise<void> {
  // The first, the last and some between them.
  for (const { id, mail, title } of people.filter((_, index) => index % 20 === 0 || index === people.length - 1)) {
    const { body: record } = await harness.send('GET', `${place}/records/${id}`)
    const { body } = await harness.send('GET', `${organization}/people/${record.personId}`)
    assert.deepEqual([body.userName, body.attributes?.title, body.state], [mail, title, state], id)
  }
}

async function csvUpload(harness: SourceHarness): Promise<Kind> {
  const place = await harness.createSource('CSV', { place: { kind: 'file', format: 'csv' }, rules, settings })
  const upload = async (people: readonly Person[]): Promise<void> => {
    const { status, body } = await harness.send('POST', `${place}/files?name=people.csv`, {
      body: toCsv(people),
      headers: { 'content-type': 'text/csv' },
    })
    assert.equal(status, 201, JSON.stringify(body))
  }
  // A table shows everybody: what changed is found by comparing, and nobody else is touched.
  return { place, mode: 'full', first: upload, second: ({ everybody }) => upload(everybody) }
}

async function csvFolder(harness: SourceHarness, folders: string): Promise<Kind> {
  const folder = join(folders, formatTypeId('org', harness.organizationId))
  await mkdir(folder, { recursive: true })
  const write = async (name: string, people: readonly Person[]): Promise<void> => {
    await writeFile(join(folder, name), toCsv(people))
    const at = new Date(harness.application.clock().getTime() - 60_000)
    await utimes(join(folder, name), at, at)
  }
  const place = await harness.createSource('Folder', { place: { kind: 'folder' }, rules, settings })
  return {
    place,
    mode: 'full',
    first: (people) => write('monday.csv', people),
    second: ({ everybody }) => write('tuesday.csv', everybody),
  }
}

async function httpJson(harness: SourceHarness, context: TestContext): Promise<Kind> {
  let all: readonly object[] = []
  let since: readonly object[] = []
  const server = await serve(context, ({ url }, response) => {
    const page = Number(url.searchParams.get('page'))
    json(response, { list: (url.searchParams.has('updatedSince') ? since : all).slice((page - 1) * 25, page * 25) })
  })
  const paging = { style: 'page', size: 25 }
  const place = await harness.createSource('API', {
    place: { kind: 'http', url: server.origin, recordsAt: 'list', paging, delta: {}, deletedAt: 'left' },
    rules,
    settings,
  })
  return {
    place,
    mode: 'delta',
    first: async (people) => void (all = people),
    second: async ({ changed, gone }) => void (since = [...changed, { ...gone, left: true }]),
  }
}

/** 1,000 records in one request, all of them in a session; then lines of what changed. */
async function nativeUpload(harness: SourceHarness): Promise<Kind> {
  const place = await harness.createSource('Records', { place: { kind: 'upload' }, rules, settings })
  const send = async (path: string, body: unknown, headers: object = {}): Promise<Record<string, unknown>> => {
    const answer = await harness.send('POST', path, { body, headers: { ...headers } })
    assert.ok(answer.status < 300, JSON.stringify(answer.body))
    return answer.body
  }
  return {
    place,
    mode: 'delta',
    isPushed: true,
    first: async (people) => {
      const { id } = await send(`${place}/sessions`, undefined)
      await send(`${place}/records?session=${String(id)}`, { records: people })
      await send(`${organization}/source-batches/${String(id)}/complete`, { entries: people.length })
    },
    second: async ({ everybody, gone }) => {
      const body = lines(everybody) + lines([{ $delete: gone.id }])
      await send(`${place}/records`, body, { 'content-type': 'application/x-ndjson' })
    },
  }
}

/** As to Microsoft Entra ID: 50 users in a request, each as a whole. */
async function scimBulk(harness: SourceHarness): Promise<Kind> {
  const names = { id: 'externalId', mail: 'userName', name: 'displayName' }
  const lifecycle = { lifecycle: { active: '[active]' } }
  const place = await harness.createSource('Bulk', {
    place: { kind: 'upload' },
    rules: rulesOf(names, lifecycle),
    settings,
  })
  const push = async (users: readonly object[]): Promise<void> => {
    const Operations = users.map((data, at) => ({ method: 'POST', path: '/Users', bulkId: `b${at}`, data }))
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
    const { status, body } = await harness.send('POST', `${place}/bulkUpload`, {
      body: { schemas, Operations, failOnErrors: null },
      headers: { 'content-type': 'application/scim+json' },
    })
    assert.equal(status, 202, JSON.stringify(body))
  }
  const toUser = ({ id, mail, name, title }: Person, active: boolean): object => ({
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    externalId: id,
    userName: mail,
    displayName: name,
    title,
    active,
  })
  return {
    place,
    mode: 'delta',
    isPushed: true,
    first: (people) => push(people.map((person) => toUser(person, true))),
    second: ({ changed, gone }) => push([...changed.map((person) => toUser(person, true)), toUser(gone, false)]),
  }
}

async function openLdap(harness: SourceHarness, slapd: Slapd, context: TestContext): Promise<Kind> {
  const connections = createLdapConnections(createGuard({ allow: allowed }))
  context.after(() => connections.close())
  const server = { url: slapd.url, startTls: false, ca: fakeCertificate, bind: slapdRoot }
  const { hostname, port } = new URL(slapd.url)
  const place = await harness.createSource('LDAP', {
    place: {
      kind: 'ldap',
      host: hostname,
      port: Number(port),
      ca: fakeCertificate,
      flavour: 'openldap',
      bases: [peopleDn],
      delta: 'syncrepl',
      pageSize: 25,
    },
    credentials: { kind: 'basic', user: slapdRoot.dn, password: slapdRoot.password },
    rules: rulesOf({ id: 'uid', mail: 'mail', name: 'cn' }),
    settings,
  })
  const dnOf = ({ id }: Person): string => `uid=${id},${peopleDn}`
  const toEntry = ({ id, mail, name, title }: Person) =>
    new Map(
      Object.entries({ objectClass: 'inetOrgPerson', uid: id, mail, cn: name, sn: name, title }).map(
        ([attribute, value]): [string, readonly string[]] => [attribute, [value]],
      ),
    )
  return {
    place,
    mode: 'delta',
    first: (people) =>
      connections.use(server, { timeoutMs: 10_000 }, async (session) => {
        for (const person of people) await session.add(dnOf(person), toEntry(person))
      }),
    second: ({ changed: [promoted, fresh], gone }) =>
      connections.use(server, { timeoutMs: 10_000 }, async (session) => {
        assert.ok(promoted && fresh)
        await session.modify(dnOf(promoted), [{ operation: 'replace', attribute: 'title', values: [promoted.title] }])
        await session.add(dnOf(fresh), toEntry(fresh))
        await session.remove(dnOf(gone))
      }),
  }
}

async function postgres(harness: SourceHarness, context: TestContext): Promise<Kind> {
  const theirs = await createEmptyDatabase()
  const hand = new pg.Client({ connectionString: theirs.url })
  await hand.connect()
  const proxy = databaseProxy(theirs.url)
  const url = new URL(await proxy.open())
  context.after(async () => {
    await hand.end()
    await proxy.close()
    await theirs.close()
  })
  await hand.query(`create table people (id text primary key, mail text, name text, title text, left_on date,
    revision bigint generated always as identity)`)
  const place = await harness.createSource('SQL', {
    place: {
      kind: 'sql',
      host: url.hostname,
      port: Number(url.port),
      database: url.pathname.slice(1),
      tls: 'off',
      query: 'select * from people',
      key: 'id',
      delta: { column: 'revision', kind: 'number', overlap: 0 },
      deletedAt: 'left_on',
    },
    credentials: { kind: 'basic', user: url.username, password: 'unasked' },
    rules,
    settings,
  })
  const write = async ({ id, mail, name, title }: Person, leftOn: string | null): Promise<void> => {
    await hand.query('delete from people where id = $1', [id])
    const values = [id, mail, name, title, leftOn]
    await hand.query('insert into people (id, mail, name, title, left_on) values ($1, $2, $3, $4, $5)', values)
  }
  return {
    place,
    mode: 'delta',
    first: async (people) => {
      for (const person of people) await write(person, null)
    },
    second: async ({ changed, gone }) => {
      for (const person of changed) await write(person, null)
      await write(gone, '2026-11-20')
    },
  }
}
