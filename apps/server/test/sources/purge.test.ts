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
