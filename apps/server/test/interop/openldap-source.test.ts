import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { LdapPull } from '@rollcall/admin-api'
import { createLdapConnections } from '../../src/ldap/connections.ts'
import { textOf } from '../../src/ldap/entry.ts'
import type { LdapSession, LdapValues } from '../../src/ldap/session.ts'
import { createGuard } from '../../src/outbound-guard.ts'
import { openReader } from '../../src/sources/readers.ts'
import type { Reply } from '../admin/admin-harness.ts'
import { fakeCertificate } from '../ldap/fake-server/fake-server.ts'
import { createSourceHarness, type SourceHarness } from '../sources/source-harness.ts'
import { type Slapd, type SlapdOptions, slapdBase, slapdRoot, slapdSeed, startSlapd } from './slapd.ts'

const peopleDn = `ou=People,${slapdBase}`
const groupsDn = `ou=Groups,${slapdBase}`
const allowed = ['127.0.0.0/8', '::1/128']

type Scene = {
  readonly slapd: Slapd
  readonly harness: SourceHarness
  /** As an administrator of the directory. */
  write<Value>(act: (session: LdapSession) => Promise<Value>): Promise<Value>
  createSource(place?: Partial<LdapPull>, rules?: object): Promise<string>
}

const rules = {
  anchor: 'entryUUID',
  mappings: [
    { target: 'userName', kind: 'direct', source: 'uid' },
    { target: 'displayName', kind: 'direct', source: 'cn' },
    { target: 'title', kind: 'direct', source: 'title' },
    {
      target: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
      kind: 'expression',
      expression: 'Join(",", [groups])',
    },
    {
      target: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager',
      kind: 'reference',
      source: 'managerAnchor',
    },
  ],
  correlation: [[{ target: 'userName', source: 'uid' }]],
}

/** People `p1` to `p<count>`, whom `p1` manages, and a group of the first three. */
function seedOf(count: number): string {
  const people = Array.from({ length: count }, (_, index) => {
    const uid = `p${index + 1}`
    const manager = index === 0 ? '' : `manager: uid=p1,${peopleDn}\n`
    return `dn: uid=${uid},${peopleDn}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: Person ${index + 1}\nsn: Müller\ntitle: Engineer\nmail: ${uid}@acme.test\n${manager}`
  })
  const members = [1, 2, 3].map((number) => `member: uid=p${number},${peopleDn}\n`).join('')
  const group = `dn: cn=Admins,${groupsDn}\nobjectClass: groupOfNames\ncn: Admins\n${members}`
  return [slapdSeed, ...people, group].join('\n')
}

async function open(context: TestContext, count: number, options: SlapdOptions): Promise<Scene | undefined> {
  const slapd = await startSlapd(seedOf(count), options)
  if ('missing' in slapd) {
    context.skip(slapd.missing)
    return undefined
  }
  context.after(() => slapd[Symbol.asyncDispose]())
  context.diagnostic(`slapd ${slapd.version}`)
  const harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: allowed.join(',') } })
  context.after(() => harness[Symbol.asyncDispose]())
  const connections = createLdapConnections(createGuard({ allow: allowed }))
  context.after(() => connections.close())
  const server = { url: slapd.url, startTls: false, ca: fakeCertificate, bind: slapdRoot }
  const { hostname, port } = new URL(slapd.url)
  return {
    slapd,
    harness,
    write: (act) => connections.use(server, { timeoutMs: 10_000 }, act),
    createSource: (place, own = rules) =>
      harness.createSource('Directory', {
        place: {
          kind: 'ldap',
          host: hostname,
          port: Number(port),
          ca: fakeCertificate,
          flavour: 'openldap',
          bases: [peopleDn],
          groups: { bases: [groupsDn] },
          ...place,
        },
        credentials: { kind: 'basic', user: slapdRoot.dn, password: slapdRoot.password },
        rules: own,
        settings: { approval: 'never' },
      }),
  }
}

async function readCounts(harness: SourceHarness, place: string, body: object = {}): Promise<readonly unknown[]> {
  const read = await harness.read(place, body)
  assert.equal(read.state, 'done', JSON.stringify(read))
  const { read: count, changed, deleted, bad } = read.counts
  return [read.mode, count, changed, deleted, bad]
}

/** What a person is known by in the directory, whatever he is called. */
async function anchorOf({ write }: Scene, uid: string): Promise<string> {
  const filter = { kind: 'equal', attribute: 'uid', value: uid } as const
  const search = { base: peopleDn, scope: 'sub', filter, attributes: ['entryUUID'] } as const
  const [entry] = await write((session) => session.search(search))
  return entry === undefined ? assert.fail(`No ${uid}`) : (textOf(entry, 'entryUUID') ?? '')
}

async function recordOf({ harness }: Scene, place: string, anchor: string): Promise<Reply['body']> {
  const { status, body } = await harness.send('GET', `${place}/records/${anchor}`)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

async function personOf(scene: Scene, place: string, anchor: string): Promise<Reply['body']> {
  const { personId } = await recordOf(scene, place, anchor)
  return (await scene.harness.send('GET', `/api/v1/organizations/acme/people/${personId}`)).body
}

const values = (given: Record<string, string | readonly string[]>): ReadonlyMap<string, LdapValues> =>
  new Map(Object.entries(given).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]))

const newPerson = (uid: string) =>
  values({ objectClass: 'inetOrgPerson', uid, cn: `New ${uid}`, sn: 'New', title: 'Head', mail: `${uid}@acme.test` })

const replaceTitle = (session: LdapSession, uid: string, title: string): Promise<void> =>
  session.modify(`uid=${uid},${peopleDn}`, [{ operation: 'replace', attribute: 'title', values: [title] }])

/** One of each: changed, renamed, deleted, new, two whose groups are others. Gives the anchors of those who were there. */
async function changeAll(scene: Scene): Promise<ReadonlyMap<string, string>> {
  const anchors = new Map<string, string>()
  for (const uid of ['p3', 'p4', 'p5', 'p6', 'p7']) anchors.set(uid, await anchorOf(scene, uid))
  await scene.write(async (session) => {
    await replaceTitle(session, 'p4', 'Director')
    await session.rename(`uid=p5,${peopleDn}`, { rdn: 'uid=renamed', parent: peopleDn })
    await session.remove(`uid=p6,${peopleDn}`)
    await session.add(`uid=fresh,${peopleDn}`, newPerson('fresh'))
    await session.modify(`cn=Admins,${groupsDn}`, [
      { operation: 'add', attribute: 'member', values: [`uid=p7,${peopleDn}`] },
      { operation: 'delete', attribute: 'member', values: [`uid=p3,${peopleDn}`] },
    ])
  })
  return anchors
}

async function assertChanged(scene: Scene, place: string, anchors: ReadonlyMap<string, string>): Promise<void> {
  const record = (uid: string) => recordOf(scene, place, anchors.get(uid) ?? '')
  assert.equal((await record('p4')).raw.title, 'Director')
  const renamed = await record('p5')
  assert.deepEqual([renamed.raw.uid, renamed.raw.cn, renamed.situation], ['renamed', 'Person 5', 'linked'])
  assert.deepEqual((await record('p7')).raw.groups, ['Admins'])
  assert.deepEqual((await record('p3')).raw.groups, [])
  assert.equal((await record('p6')).isDeleted, true)
  const fresh = await recordOf(scene, place, await anchorOf(scene, 'fresh'))
  assert.deepEqual([fresh.raw.uid, fresh.situation], ['fresh', 'linked'])
}

test('OpenLDAP: 5,000 people with managers and groups, then what changed by syncrepl', async (context) => {
  const scene = await open(context, 5_000, { syncLogMax: 1_000 })
  if (scene === undefined) return
  const { harness, write } = scene
  const place = await scene.createSource({ pageSize: 1_000 })
  const tried = await harness.send('POST', `${place}/test`)
  assert.equal(tried.body.isWorking, true, JSON.stringify(tried.body))
  assert.ok(tried.body.columns.includes('groups') && tried.body.columns.includes('accountEnabled'))
  const started = performance.now()
  assert.deepEqual(await readCounts(harness, place), ['full', 5_000, 5_000, 0, 0])
  context.diagnostic(`5,000 people in ${Math.round(performance.now() - started)} ms`)
  const one = await recordOf(scene, place, await anchorOf(scene, 'p2'))
  const { sn, managerAnchor, groups, accountEnabled } = one.raw
  assert.deepEqual(
    { sn, managerAnchor, groups, accountEnabled },
    { sn: 'Müller', managerAnchor: await anchorOf(scene, 'p1'), groups: ['Admins'], accountEnabled: true },
  )
  assert.deepEqual(await readCounts(harness, place), ['delta', 0, 0, 0, 0])
  const before = await personOf(scene, place, await anchorOf(scene, 'p5'))
  const anchors = await changeAll(scene)
  assert.deepEqual(await readCounts(harness, place), ['delta', 5, 5, 1, 0])
  await assertChanged(scene, place, anchors)
  const after = await personOf(scene, place, anchors.get('p5') ?? '')
  assert.deepEqual([before.userName, after.userName, after.id], ['p5', 'renamed', before.id])
  await write((session) => replaceTitle(session, 'p8', 'Chief'))
  assert.deepEqual(await readCounts(harness, place), ['delta', 1, 1, 0, 0])
})

test('OpenLDAP: a server that forgot who is gone tells who is there', async (context) => {
  const scene = await open(context, 60, { syncLogMax: 1 })
  if (scene === undefined) return
  const { harness, write } = scene
  const place = await scene.createSource({ tls: 'startTls', port: Number(new URL(scene.slapd.startTlsUrl).port) })
  assert.deepEqual(await readCounts(harness, place), ['full', 60, 60, 0, 0])
  const anchors = await changeAll(scene)
  assert.deepEqual(await readCounts(harness, place), ['delta', 5, 5, 1, 0])
  await assertChanged(scene, place, anchors)
  // More than may be true: everything is read, and absence counts instead.
  await write(async (session) => {
    for (let number = 10; number < 40; number++) await session.remove(`uid=p${number},${peopleDn}`)
  })
  const read = await harness.read(place)
  assert.deepEqual([read.mode, read.state, read.heldReason], ['full', 'held', 'shrunk'], JSON.stringify(read))
})

test('OpenLDAP without syncrepl: what changed by its time, who left by a look at all', async (context) => {
  const scene = await open(context, 60, {})
  if (scene === undefined) return
  const { harness } = scene
  const place = await scene.createSource({ overlapMinutes: 0 }, { ...rules, anchor: 'uid' })
  harness.application.clock.set(new Date())
  assert.deepEqual(await readCounts(harness, place), ['full', 60, 60, 0, 0])
  await scene.write(async (session) => {
    await replaceTitle(session, 'p4', 'Director')
    await session.remove(`uid=p6,${peopleDn}`)
  })
  const [mode, , changed, deleted] = await readCounts(harness, place)
  assert.deepEqual([mode, changed, deleted], ['delta', 1, 1])
  assert.equal((await recordOf(scene, place, 'p4')).raw.title, 'Director')
  assert.equal((await recordOf(scene, place, 'p6')).isDeleted, true)
})

test('OpenLDAP: what ends early is no end', async (context) => {
  const scene = await open(context, 600, { syncLogMax: 1_000 })
  if (scene === undefined) return
  const { harness, slapd } = scene
  const place = await scene.createSource({ pageSize: 100 })
  const started = await harness.send('POST', `${place}/reads`, { body: {} })
  assert.equal(started.status, 201)
  const show = async () =>
    (await harness.send('GET', `/api/v1/organizations/acme/source-reads/${started.body.id}`)).body
  let pages = 0
  const { parts } = harness.application.application
  await harness.work({
    openReader: (opened) => {
      const reader = openReader(opened, parts)
      return {
        ...reader,
        read: async function* (request) {
          for await (const page of reader.read(request)) {
            yield page
            if (++pages === 3) await slapd.kill()
          }
        },
      }
    },
  })
  const broken = await show()
  assert.deepEqual([broken.state, broken.errorReason], ['reading', 'unreachable'], JSON.stringify(broken))
  await slapd.start()
  harness.application.clock.advance(60_000)
  await harness.work()
  const done = await show()
  assert.deepEqual([done.state, done.counts.read, done.counts.absent], ['done', 600, 0])
})
