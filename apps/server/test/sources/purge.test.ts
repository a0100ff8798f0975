import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSourceHarness, simpleSourceRules } from './source-harness.ts'
import { findPeople } from './source-people.ts'

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())

test('whoever is purged is forgotten in sources too: record, dates, plans', async () => {
  const canary = 'Quetzalcoatl'
  const place = await harness.createSource('Forgetful', {
    rules: { ...simpleSourceRules, lifecycle: { activeUntil: 'until', defaultTimeZone: 'UTC' } },
  })
  const stays = { id: 'a', mail: 'a@purge.test', name: 'Ann', until: '2030-01-01' }
  await harness.upload(place, [stays, { id: 'q', mail: 'q@purge.test', name: canary, until: '2030-01-01' }])
  const first = await harness.read(place)
  const person = (await findPeople(harness, 'q@purge.test')).get('q@purge.test')
  assert.equal(person.displayName, canary)
  const path = `/api/v1/organizations/acme/people/${person.id}`
  assert.equal((await harness.send('DELETE', `${path}?overrideUntil=2030-01-01T00:00:00Z&reason=asked`)).status, 204)
  const purged = await harness.send('POST', `${path}/purge`, { body: {} })
  assert.equal(purged.status, 200, JSON.stringify(purged.body))
  assert.equal((await harness.send('GET', `${place}/records/q`)).status, 404)
  assert.equal((await harness.send('GET', `${place}/records/a`)).status, 200)
  const reads = `/api/v1/organizations/acme/source-reads/${first.id}`
  const operations = await harness.send('GET', `${reads}/operations`)
  assert.ok(!JSON.stringify(operations.body).includes(canary), JSON.stringify(operations.body))
  const upcoming = await harness.send('GET', `${place}/upcoming`)
  assert.deepEqual(
    upcoming.body.data.map(({ anchor }: { readonly anchor: string }) => anchor),
    ['a'],
  )
})

test('whoever is purged is forgotten in groups of sources too, and whoever comes again comes into his teams', async () => {
  const canary = 'q-tlaloc'
  const place = await harness.createSource('Grouped', { rules: { ...simpleSourceRules, teams: { column: 'groups' } } })
  const say = () =>
    harness.upload(place, [
      { id: 'g1', mail: 'g1@purge.test', name: 'Stays', groups: ['Purged'] },
      { id: canary, mail: 'g2@purge.test', name: 'Goes', groups: ['Purged'] },
    ])
  await say()
  const first = await harness.read(place)
  assert.equal(first.counts.membersAdded, 2)
  const person = (await findPeople(harness, 'g2@purge.test')).get('g2@purge.test')
  const path = `/api/v1/organizations/acme/people/${person.id}`
  assert.equal((await harness.send('DELETE', `${path}?overrideUntil=2030-01-01T00:00:00Z&reason=asked`)).status, 204)
  const purged = await harness.send('POST', `${path}/purge`, { body: {} })
  assert.equal(purged.status, 200, JSON.stringify(purged.body))
  const { database } = harness.application
  for (const table of ['source_group_members', 'source_member_keys', 'source_member_work', 'source_team_moves']) {
    const { rows } = await database.query({ text: `select * from ${table}` })
    assert.ok(!JSON.stringify(rows).includes(canary), table)
  }
  await say()
  const second = await harness.read(place)
  assert.deepEqual([second.counts.create, second.counts.membersAdded], [1, 1], JSON.stringify(second.counts))
})
