import assert from 'node:assert/strict'
import test, { type TestContext } from 'node:test'
import type { LdapPull } from '@rollcall/admin-api'
import { createLdapConnections } from '../../src/ldap/connections.ts'
import type { LdapSession, LdapValues } from '../../src/ldap/session.ts'
import { createGuard } from '../../src/outbound-guard.ts'
import { fakeCertificate } from '../ldap/fake-server/fake-server.ts'
import { createSourceHarness, type SourceHarness } from '../sources/source-harness.ts'
import { slapdBase, slapdRoot, slapdSeed, startSlapd } from './slapd.ts'

const peopleDn = `ou=People,${slapdBase}`
const groupsDn = `ou=Groups,${slapdBase}`
const allowed = ['127.0.0.0/8', '::1/128']
const dnOf = (uid: string): string => `uid=${uid},${peopleDn}`
const groupDn = (cn: string): string => `cn=${cn},${groupsDn}`

type Scene = {
  readonly harness: SourceHarness
  write(act: (session: LdapSession) => Promise<void>): Promise<void>
  createSource(teams: object, place?: Partial<LdapPull>): Promise<string>
}

const values = (given: Record<string, string | readonly string[]>): ReadonlyMap<string, LdapValues> =>
  new Map(Object.entries(given).map(([name, value]) => [name, typeof value === 'string' ? [value] : value]))

const newPerson = (uid: string) =>
  values({ objectClass: 'inetOrgPerson', uid, cn: `New ${uid}`, sn: 'New', mail: `${uid}@acme.test` })

const newGroup = (cn: string, members: readonly string[], more: Record<string, string> = {}) =>
  values({ objectClass: 'groupOfNames', cn, member: members, ...more })

function seedOf(count: number): string {
  const people = Array.from({ length: count }, (_, index) => {
    const uid = `p${index + 1}`
    return `dn: ${dnOf(uid)}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: Person ${index + 1}\nsn: Müller\nmail: ${uid}@acme.test\n`
  })
  const group = (cn: string, members: readonly string[]): string =>
    `dn: ${groupDn(cn)}\nobjectClass: groupOfNames\ncn: ${cn}\ndescription: Of ${cn}\n${members.map((dn) => `member: ${dn}\n`).join('')}`
  return [
    slapdSeed,
    ...people,
    group(
      'Everybody',
      people.map((_, index) => dnOf(`p${index + 1}`)),
    ),
    group('Sales', [dnOf('p1'), dnOf('p2'), dnOf('later')]),
    // Groups in groups, and a circle.
    group('Revenue', [groupDn('Sales'), dnOf('p3').toUpperCase()]),
    group('Circle', [groupDn('Revenue'), groupDn('Circle'), dnOf('p4')]),
    `dn: ${groupDn('Unix')}\nobjectClass: posixGroup\ncn: Unix\ngidNumber: 100\nmemberUid: p5\nmemberUid: P6\n`,
  ].join('\n')
}

async function open(context: TestContext, count: number, syncLogMax?: number): Promise<Scene | undefined> {
  const slapd = await startSlapd(seedOf(count), syncLogMax === undefined ? {} : { syncLogMax })
  if ('missing' in slapd) {
    context.skip(slapd.missing)
    return undefined
  }
  context.after(() => slapd[Symbol.asyncDispose]())
  const harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: allowed.join(',') } })
  context.after(() => harness[Symbol.asyncDispose]())
  const connections = createLdapConnections(createGuard({ allow: allowed }))
  context.after(() => connections.close())
  const server = { url: slapd.url, startTls: false, ca: fakeCertificate, bind: slapdRoot }
  const { hostname, port } = new URL(slapd.url)
  return {
    harness,
    write: (act) => connections.use(server, { timeoutMs: 10_000 }, act),
    createSource: (teams, { groups, ...place } = {}) =>
      harness.createSource('Directory', {
        place: {
          kind: 'ldap',
          host: hostname,
          port: Number(port),
          ca: fakeCertificate,
          flavour: 'openldap',
          bases: [peopleDn],
          groups: { bases: [groupsDn], ...groups },
          ...place,
        },
        credentials: { kind: 'basic', user: slapdRoot.dn, password: slapdRoot.password },
        rules: {
          anchor: 'entryUUID',
          mappings: [
            { target: 'userName', kind: 'direct', source: 'uid' },
            { target: 'displayName', kind: 'direct', source: 'cn' },
          ],
          correlation: [[{ target: 'userName', source: 'uid' }]],
          teams,
        },
        settings: { approval: 'never' },
      }),
  }
}

const organization = '/api/v1/organizations/acme'

async function teamsOf({ harness }: Scene): Promise<ReadonlyMap<string, { id: string; isManaged: boolean }>> {
  const { body } = await harness.send('GET', `${organization}/teams?limit=100`)
  return new Map(body.data.map((team: { name: string }) => [team.name, team]))
}

async function membersOf(scene: Scene, name: string): Promise<readonly string[]> {
  const team = (await teamsOf(scene)).get(name) ?? assert.fail(`no team ${name}`)
  const { body } = await scene.harness.send('GET', `${organization}/teams/${team.id}/members?limit=100`)
  return body.data.map((member: { userName: string }) => member.userName).toSorted()
}

async function read(scene: Scene, place: string, body: object = {}) {
  const done = await scene.harness.read(place, body)
  assert.equal(done.state, 'done', JSON.stringify(done))
  const {
    groups = 0,
    groupsChanged = 0,
    membersAdded = 0,
    membersRemoved = 0,
    teamsCreated = 0,
    teamsUpdated = 0,
  } = done.counts
  return { mode: done.mode, groups, groupsChanged, membersAdded, membersRemoved, teamsCreated, teamsUpdated }
}

const nothing = { groups: 0, groupsChanged: 0, membersAdded: 0, membersRemoved: 0, teamsCreated: 0, teamsUpdated: 0 }

for (const [way, syncLogMax] of [
  ['syncrepl', 1_000],
  ['timestamps', undefined],
] as const)
  test(`OpenLDAP: groups are teams, groups in groups and circles too, and what changed by ${way}`, async (context) => {
    const scene = await open(context, 300, syncLogMax)
    if (scene === undefined) return
    const { write, harness } = scene
    const place = await scene.createSource(
      {
        scope: { groups: [[{ attribute: 'type', operator: 'EQUALS', value: 'groupOfNames' }]] },
        description: '[description]',
      },
      { delta: way, pageSize: 100 },
    )
    assert.deepEqual(await read(scene, place), {
      ...nothing,
      mode: 'full',
      groups: 5,
      groupsChanged: 5,
      teamsCreated: 4,
      membersAdded: 300 + 2 + 3 + 4,
    })
    assert.deepEqual(await membersOf(scene, 'Sales'), ['p1', 'p2'])
    assert.deepEqual(await membersOf(scene, 'Revenue'), ['p1', 'p2', 'p3'])
    assert.deepEqual(await membersOf(scene, 'Circle'), ['p1', 'p2', 'p3', 'p4'])
    const sales = (await harness.send('GET', `${place}/groups?search=Sales`)).body.data[0]
    const whole = (await harness.send('GET', `${place}/groups/${sales.anchor}`)).body
    assert.deepEqual([whole.members, whole.waiting, whole.raw.description], [3, 1, 'Of Sales'])
    const quiet = await read(scene, place)
    assert.deepEqual([quiet.mode, quiet.membersAdded, quiet.groupsChanged], ['delta', 0, 0])
    // One of three hundred goes; one comes into a group in a group in a circle; whoever was named before he was there arrives.
    await write(async (session) => {
      await session.modify(groupDn('Everybody'), [{ operation: 'delete', attribute: 'member', values: [dnOf('p9')] }])
      await session.modify(groupDn('Sales'), [{ operation: 'add', attribute: 'member', values: [dnOf('p7')] }])
      await session.add(dnOf('later'), newPerson('later'))
    })
    const second = await read(scene, place)
    assert.deepEqual(second, {
      ...second,
      ...nothing,
      mode: 'delta',
      groups: second.groups,
      groupsChanged: 2,
      membersAdded: 6,
      membersRemoved: 1,
    })
    assert.deepEqual(await membersOf(scene, 'Circle'), ['later', 'p1', 'p2', 'p3', 'p4', 'p7'])
    // A group out of a group, another name, a new one, and one that is gone.
    await write(async (session) => {
      await session.modify(groupDn('Revenue'), [
        { operation: 'delete', attribute: 'member', values: [groupDn('Sales')] },
      ])
      await session.rename(groupDn('Everybody'), { rdn: 'cn=Staff', parent: groupsDn })
      await session.add(groupDn('Fresh'), newGroup('Fresh', [dnOf('p1')]))
      await session.remove(groupDn('Sales'))
    })
    const third = await read(scene, place)
    assert.deepEqual(third, {
      ...third,
      mode: 'delta',
      teamsCreated: 1,
      teamsUpdated: 1,
      membersAdded: 1,
      membersRemoved: 8,
    })
    assert.deepEqual(await membersOf(scene, 'Circle'), ['p3', 'p4'])
    const teams = await teamsOf(scene)
    assert.deepEqual(
      ['Sales', 'Staff', 'Everybody', 'Fresh'].map((name) => teams.get(name)?.isManaged),
      [false, true, undefined, true],
    )
    assert.equal((await membersOf(scene, 'Sales')).length, 4)
    const again = await read(scene, place, { mode: 'full' })
    assert.deepEqual(again, { ...again, ...nothing, mode: 'full', groups: 5 })
  })

test('OpenLDAP: groups of members by uid; only direct members where the rules say so', async (context) => {
  const scene = await open(context, 20)
  if (scene === undefined) return
  const place = await scene.createSource(
    { nested: 'direct' },
    {
      groups: {
        memberAttribute: 'memberUid',
        filter: '(objectClass=posixGroup)',
        columns: false,
      } as LdapPull['groups'],
    },
  )
  assert.deepEqual(await read(scene, place), {
    ...nothing,
    mode: 'full',
    groups: 1,
    groupsChanged: 1,
    teamsCreated: 1,
    membersAdded: 2,
  })
  assert.deepEqual(await membersOf(scene, 'Unix'), ['p5', 'p6'])
  const direct = await scene.createSource({ nested: 'direct', name: 'Join(" ", "Direct", [name])' })
  await read(scene, direct)
  assert.deepEqual(await membersOf(scene, 'Direct Revenue'), ['p3'])
  assert.deepEqual(await membersOf(scene, 'Direct Circle'), ['p4'])
})
