import assert from 'node:assert/strict'
import test from 'node:test'
import { probeApps } from '../../src/app-safety.ts'
import { textOf, textsOf } from '../../src/ldap/entry.ts'
import { getOpenedApp } from '../../src/provisioning/apps/app.ts'
import { openTarget } from '../../src/provisioning/targets/open-target.ts'
import { arrive, findAll, findOne, linksOf, newPerson, open, patch, post, type Scene } from './openldap-scene.ts'
import { slapdBase } from './slapd.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const groupSchemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
const bulkSchemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
const peopleOf = `ou=People,${slapdBase}`
const groupsOf = `ou=Groups,${slapdBase}`
const hourMs = 3_600_000
const bulkMax = 500

test('ENG-34: into a real OpenLDAP: initial, change, rename, move, manager, disable, rehire, group, and all of it known by entryUUID', async (context) => {
  const scene = await open(context)
  if (scene === undefined) return
  const { harness } = scene
  // Somebody was there before us, and is matched by his number.
  await scene.read((session) =>
    session.add(
      `uid=old.name,${peopleOf}`,
      new Map([
        ['objectClass', ['inetOrgPerson']],
        ['cn', ['Old Name']],
        ['sn', ['Name']],
        ['employeeNumber', ['E3']],
        ['description', ['not ours']],
      ]),
    ),
  )
  const old = await findOne(scene, 'employeeNumber', 'E3')
  const boss = await post(scene, '/Users', newPerson(1))
  const person = await post(
    scene,
    '/Users',
    newPerson(2, { [enterprise]: { employeeNumber: 'E2', manager: { value: boss } } }),
  )
  await post(scene, '/Users', newPerson(3))
  await arrive(scene)
  const first = await findOne(scene, 'uid', 'person2')
  assert.equal(first.dn, `uid=person2,${peopleOf}`)
  assert.equal(textOf(first, 'cn'), 'Pérson, "Nr" 2 + <#>')
  assert.equal(textOf(first, 'manager'), `uid=person1,${peopleOf}`)
  assert.equal(textOf(first, 'mail'), 'person2@acme.test')
  const adopted = await findOne(scene, 'uid', 'person3')
  assert.equal(textOf(adopted, 'entryUUID'), textOf(old, 'entryUUID'), 'the same entry, by another name')
  assert.equal(textOf(adopted, 'description'), 'not ours')
  assert.deepEqual(await linksOf(scene), { linked: 3 })

  // Change, rename and move at once: the name first, and the id stays.
  await patch(
    scene,
    `/Users/${person}`,
    { op: 'replace', path: 'userName', value: 'renamed, person@acme.test' },
    { op: 'replace', path: 'title', value: 'Lead' },
    { op: 'add', path: 'addresses', value: [{ type: 'work', locality: 'Berlin' }] },
    { op: 'remove', path: 'emails' },
  )
  await patch(scene, `/Users/${boss}`, { op: 'replace', path: 'userName', value: 'boss@acme.test' })
  await arrive(scene)
  const moved = await findOne(scene, 'uid', 'renamed, person')
  assert.equal(textOf(moved, 'entryUUID'), textOf(first, 'entryUUID'))
  assert.match(moved.dn, /,ou=Berlin,dc=acme,dc=test$/)
  assert.equal(textOf(moved, 'title'), 'Lead')
  assert.equal(textOf(moved, 'mail'), undefined)
  assert.deepEqual(textsOf(moved, 'uid'), ['renamed, person'])
  assert.equal((await findOne(scene, 'uid', 'boss')).dn, `uid=boss,${peopleOf}`)

  await playLeaving(scene, person)
  await playGroup(scene, [boss, person])
  await harness.pass(hourMs)
})

async function playLeaving(scene: Scene, person: string): Promise<void> {
  await patch(scene, `/Users/${person}`, { op: 'replace', path: 'active', value: false })
  await arrive(scene)
  const left = await findOne(scene, 'uid', 'renamed, person')
  assert.equal(textOf(left, 'pwdAccountLockedTime'), '000001010000Z')
  await patch(scene, `/Users/${person}`, { op: 'replace', path: 'active', value: true })
  await arrive(scene)
  const back = await findOne(scene, 'uid', 'renamed, person')
  assert.equal(textOf(back, 'pwdAccountLockedTime'), undefined, 'a rehire has the same account again')
  assert.equal(textOf(back, 'entryUUID'), textOf(left, 'entryUUID'))
}

async function playGroup(scene: Scene, ids: readonly string[]): Promise<void> {
  const members = ids.map((value) => ({ value }))
  const team = await post(scene, '/Groups', { schemas: groupSchemas, displayName: 'Crew, the "best"', members })
  await arrive(scene)
  const group = await findOne(scene, 'cn', 'Crew, the "best"')
  assert.deepEqual(
    textsOf(group, 'member').toSorted(),
    ['cn=nobody', `uid=boss,${peopleOf}`, (await findOne(scene, 'uid', 'renamed, person')).dn].toSorted(),
  )
  // Nobody falls out of a group by being renamed, and nobody's manager gets lost: this directory has no overlay for it.
  await patch(scene, `/Users/${ids[0]}`, { op: 'replace', path: 'userName', value: 'chief@acme.test' })
  await arrive(scene)
  const chief = `uid=chief,${peopleOf}`
  const after = textsOf(await findOne(scene, 'cn', 'Crew, the "best"'), 'member')
  assert.ok(after.includes(chief) && !after.includes(`uid=boss,${peopleOf}`), after.join('; '))
  assert.deepEqual(textsOf(await findOne(scene, 'uid', 'renamed, person'), 'manager'), [chief])
  // A member of others stays, also when ours all go.
  await scene.read((session) =>
    session.modify(group.dn, [{ operation: 'add', attribute: 'member', values: [`uid=person3,${peopleOf}`] }]),
  )
  await patch(
    scene,
    `/Groups/${team}`,
    { op: 'remove', path: 'members' },
    { op: 'replace', path: 'displayName', value: 'Crew' },
  )
  await arrive(scene)
  const renamed = await findOne(scene, 'cn', 'Crew')
  assert.equal(textOf(renamed, 'entryUUID'), textOf(group, 'entryUUID'))
  assert.deepEqual(textsOf(renamed, 'member').toSorted(), ['cn=nobody', `uid=person3,${peopleOf}`])
}

test('into a real OpenLDAP: a group of 5,000 in chunks of 1,000, and later one change', async (context) => {
  const scene = await open(context)
  if (scene === undefined) return
  const { harness } = scene
  const size = 5_000
  const ids: string[] = []
  for (let from = 0; from < size; from += bulkMax) {
    const Operations = Array.from({ length: bulkMax }, (_, at) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `b${from + at}`,
      data: newPerson(from + at),
    }))
    const answer = await harness.tenant.scim('POST', '/Bulk', { schemas: bulkSchemas, Operations })
    assert.equal(answer.status, 200, answer.text)
    const made = JSON.parse(answer.text) as { readonly Operations: readonly { readonly location: string }[] }
    ids.push(...made.Operations.map(({ location }) => location.split('/').at(-1) ?? ''))
  }
  await harness.settle()
  assert.deepEqual(await linksOf(scene), { linked: size })
  const members = ids.map((value) => ({ value }))
  const team = await post(scene, '/Groups', { schemas: groupSchemas, displayName: 'Everybody', members })
  await arrive(scene)
  assert.equal(textsOf(await findOne(scene, 'cn', 'Everybody'), 'member').length, size + 1)
  const sends = await harness.rows<{ count: number }>(
    `select count(*)::int as count from provisioning_log where organization_id = $1 and app_id = $2 and reason = 'MembersChanged'`,
  )
  assert.equal(sends[0]?.count, size / 1_000, 'a change for each thousand')
  await patch(scene, `/Groups/${team}`, { op: 'remove', path: `members[value eq "${ids[7]}"]` })
  await arrive(scene)
  assert.equal(textsOf(await findOne(scene, 'cn', 'Everybody'), 'member').length, size)
})

test('a slapd that is killed and comes back: nothing is lost and nobody is made twice', async (context) => {
  const scene = await open(context)
  if (scene === undefined) return
  const { harness, slapd } = scene
  const person = await post(scene, '/Users', newPerson(1))
  await arrive(scene)
  await slapd.kill()
  await patch(scene, `/Users/${person}`, { op: 'replace', path: 'title', value: 'Director' })
  for (let number = 2; number <= 12; number++) await post(scene, '/Users', newPerson(number))
  await harness.settle()
  await harness.pass(hourMs)
  await slapd.start()
  for (let hours = 0; hours < 24; hours++) {
    await probeApps(harness.server.application.parts, AbortSignal.timeout(20_000))
    await harness.pass(hourMs)
  }
  assert.deepEqual(await linksOf(scene), { linked: 12 })
  assert.equal(textOf(await findOne(scene, 'uid', 'person1'), 'title'), 'Director')
  for (let number = 2; number <= 12; number++) await findOne(scene, 'employeeNumber', `E${number}`)
})

test('who is disabled moves to a place of leavers where the profile says so, and back; who is deleted is in no group', async (context) => {
  const scene = await open(context, { disabledBy: null, disabledDn: `ou=Left,${slapdBase}` })
  if (scene === undefined) return
  const person = await post(scene, '/Users', newPerson(1))
  await arrive(scene)
  await patch(scene, `/Users/${person}`, { op: 'replace', path: 'active', value: false })
  await arrive(scene)
  assert.equal((await findOne(scene, 'uid', 'person1')).dn, `uid=person1,ou=Left,${slapdBase}`)
  await patch(scene, `/Users/${person}`, { op: 'replace', path: 'active', value: true })
  await arrive(scene)
  const { dn, attributes } = await findOne(scene, 'uid', 'person1')
  assert.equal(dn, `uid=person1,${peopleOf}`)
  // A group of others that would be empty without him, which it may not be.
  const group = new Map([
    ['objectClass', ['groupOfNames']],
    ['cn', ['Theirs']],
    ['member', [dn]],
  ])
  await scene.read((session) => session.add(`cn=Theirs,${groupsOf}`, group))
  const { organizationId, appId, server } = scene.harness
  const { parts } = server.application
  const app = await getOpenedApp(parts, server.clock(), { organizationId, appId })
  const removed = await openTarget(app, parts).remove('user', String(attributes.get('entryuuid')?.values[0]))
  assert.equal(removed.kind, 'done')
  assert.deepEqual(await findAll(scene, 'uid', 'person1'), [])
  assert.deepEqual(textsOf(await findOne(scene, 'cn', 'Theirs'), 'member'), ['cn=nobody'])
})
