import assert from 'node:assert/strict'
import { after, before, test, type TestContext } from 'node:test'
import { fakeBind, fakeCertificate, type FakeLdap, startFakeLdap } from '../ldap/fake-server/fake-server.ts'
import type { Entry } from '../ldap/fake-server/tree.ts'
import { createSourceHarness, type SourceHarness } from './source-harness.ts'

// Active Directory is emulated in this process, from its documentation: there is none to test against.

const organization = '/api/v1/organizations/acme'

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8,::1/128' } })
})
after(() => harness[Symbol.asyncDispose]())

const bytes = (...values: readonly string[]): Buffer[] => values.map((value) => Buffer.from(value))

class Domain {
  readonly fake: FakeLdap
  readonly name: string

  constructor(fake: FakeLdap, name: string) {
    this.fake = fake
    this.name = name
  }

  insert(dn: string, attributes: Record<string, readonly string[]>): Entry {
    const given = Object.entries(attributes).map(([name, values]) => ({ name, values: bytes(...values) }))
    return this.fake.tree.insert(`${dn},${this.fake.base}`, given)
  }

  addUser(name: string): Entry {
    return this.insert(`CN=${name},ou=People`, {
      objectClass: ['top', 'person', 'user'],
      objectCategory: ['person'],
      cn: [name],
      mail: [`${name}@${this.name}.example`],
      userAccountControl: ['512'],
    })
  }

  addGroup(name: string, members: readonly Entry[], type = '-2147483646'): Entry {
    const group = this.insert(`CN=${name},ou=Groups`, { objectClass: ['group'], cn: [name], groupType: [type] })
    this.setMembers(group, members)
    return group
  }

  setMembers(group: Entry, members: readonly Entry[]): void {
    this.fake.tree.put(group, 'member', bytes(...members.map(({ dn }) => dn)))
  }

  async membersOf(name: string): Promise<readonly string[]> {
    const { data } = (await harness.send('GET', `${organization}/teams?search=${encodeURIComponent(name)}`)).body
    const team = data.find((each: { name: string }) => each.name === name) ?? assert.fail(`no team ${name}`)
    const members = (await harness.send('GET', `${organization}/teams/${team.id}/members?limit=100`)).body.data
    return members.map((member: { name: string }) => member.name).toSorted()
  }
}

async function open(context: TestContext, name: string): Promise<{ domain: Domain; createSource(): Promise<string> }> {
  const fake = await startFakeLdap({ tls: 'full', rangeMax: 3 })
  context.after(() => fake[Symbol.asyncDispose]())
  const groups = { bases: [`ou=Groups,${fake.base}`], filter: '(objectClass=group)', columns: false }
  const createSource = () =>
    harness.createSource(name, {
      place: {
        kind: 'ldap',
        host: 'localhost',
        port: fake.port,
        ca: fakeCertificate,
        flavour: 'activeDirectory',
        bases: [`ou=People,${fake.base}`, `ou=Moved,${fake.base}`],
        groups,
      },
      credentials: { kind: 'basic', user: fakeBind.dn, password: fakeBind.password },
      rules: {
        anchor: 'objectGUID',
        mappings: [
          { target: 'userName', kind: 'direct', source: 'mail' },
          { target: 'displayName', kind: 'direct', source: 'cn' },
        ],
        correlation: [],
        teams: {
          name: `Join(" ", "${name}", [name])`,
          scope: { groups: [[{ attribute: 'type', operator: 'EQUALS', value: 'security' }]] },
        },
      },
    })
  return { domain: new Domain(fake, name.toLowerCase()), createSource }
}

async function read(place: string): Promise<readonly unknown[]> {
  const { state, mode, counts } = await harness.read(place)
  assert.equal(state, 'done', JSON.stringify(counts))
  return [mode, counts.groupsChanged ?? 0, counts.membersAdded ?? 0, counts.membersRemoved ?? 0]
}

for (const way of ['DirSync', 'numbers of changes'])
  test(`Active Directory (emulated): security groups with long lists of members are teams; changes by ${way}`, async (context) => {
    const name = way === 'DirSync' ? 'Sync' : 'Usn'
    const { domain, createSource } = await open(context, name)
    domain.fake.replica.mayReplicate = way === 'DirSync'
    for (const ou of ['Moved']) domain.insert(`ou=${ou}`, { objectClass: ['organizationalUnit'] })
    const people = Array.from({ length: 10 }, (_, number) => domain.addUser(`p${number}`))
    const [first, second, third] = people
    assert.ok(first && second && third)
    const staff = domain.addGroup('Staff', people)
    const inner = domain.addGroup('Inner', [first])
    domain.addGroup('Outer', [inner, second])
    domain.addGroup('Mailing', people, '2')
    const place = await createSource()
    // Eleven, since who is in the inner group is in the outer one.
    assert.deepEqual(await read(place), ['full', 4, 13, 0])
    assert.equal((await domain.membersOf(`${name} Staff`)).length, 10)
    assert.deepEqual(await domain.membersOf(`${name} Outer`), ['p0', 'p1'])
    assert.deepEqual(await read(place), ['delta', 0, 0, 0])
    domain.setMembers(staff, people.slice(1))
    domain.setMembers(inner, [first, third])
    assert.deepEqual(await read(place), ['delta', 2, 2, 1])
    assert.deepEqual(await domain.membersOf(`${name} Outer`), ['p0', 'p1', 'p2'])
    domain.fake.tree.remove(inner)
    assert.deepEqual(await read(place), ['delta', 0, 0, 2])
    assert.deepEqual(await domain.membersOf(`${name} Outer`), ['p1'])
  })

test('Active Directory (emulated): whoever is renamed or moved stays in his teams, and so does a group in a group', async (context) => {
  const { domain, createSource } = await open(context, 'Links')
  domain.insert('ou=Moved', { objectClass: ['organizationalUnit'] })
  const people = ['a', 'b', 'c'].map((name) => domain.addUser(name))
  const [mover, other] = people
  assert.ok(mover && other)
  const inner = domain.addGroup('Inner', [mover])
  const outer = domain.addGroup('Outer', [inner, other])
  const place = await createSource()
  assert.deepEqual(await read(place), ['full', 2, 3, 0])
  // Members are links there: what they are called changes in no group, and nobody is told of the groups.
  domain.fake.tree.move(mover, 'CN=a', `ou=Moved,${domain.fake.base}`)
  domain.fake.tree.move(inner, 'CN=Inside', undefined)
  assert.deepEqual(await read(place), ['delta', 1, 0, 0])
  assert.deepEqual(await domain.membersOf('Links Outer'), ['a', 'b'])
  domain.setMembers(outer, [inner])
  domain.setMembers(inner, [mover])
  assert.deepEqual((await read(place)).slice(2), [0, 1])
  assert.deepEqual(await domain.membersOf('Links Outer'), ['a'])
})
