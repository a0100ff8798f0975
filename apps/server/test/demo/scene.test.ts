import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createDemo } from '../../src/demo/demo.ts'
import { toDemoAddress, withDemoApps } from '../../src/demo/demo-apps.ts'
import { addScene } from '../../src/demo/demo-scene.ts'
import type { OutboundConnections } from '../../src/outbound-connections.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
  const { database, clock, application } = admin.application
  const now = clock()
  const demo = await createDemo(database, { slug: 'demo', seed: 42, people: 120, now })
  await addScene({ ...demo, database, encryption: application.parts.encryption, now })
})
after(() => admin[Symbol.asyncDispose]())

const get = async (path: string) => (await admin.send('GET', `/api/v1/organizations/demo${path}`)).body
const namesOf = (body: { data: readonly { name: string }[] }) => body.data.map(({ name }) => name).toSorted()

test('a demo has apps in each state, a source with a read, a webhook, requests of today that went wrong, and a chart', async () => {
  assert.deepEqual(namesOf(await get('/apps')), ['Chat', 'Payroll', 'Wiki'])
  const { apps, sources, needs } = await get('/overview')
  assert.deepEqual(
    apps.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`),
    ['Chat draft', 'Payroll active', 'Wiki active'],
  )
  assert.equal(sources[0].lastRun.state, 'reading')
  assert.ok(needs.some(({ code }: { code: string }) => code === 'holdWaiting'))
  assert.deepEqual(namesOf(await get('/webhooks')), ['SIEM'])
  const errors = await get('/request-errors')
  assert.deepEqual(errors.data.map(({ count, fix }: { count: number; fix: string }) => [count, fix]).toSorted(), [
    [6, 'correctFilter'],
    [6, 'correctValue'],
    [6, 'provisionAnew'],
  ])
  const { lastRequestId: id } = errors.data.find(({ fix }: { fix: string }) => fix === 'provisionAnew')
  const replayed = await admin.send('POST', `/api/v1/organizations/demo/requests/${id}/replay`)
  assert.deepEqual([replayed.body.status, replayed.body.sameStatus], [404, true])
  const chart = await get('/statistics/people?days=30')
  assert.equal(chart.data.length, 30)
  assert.ok(chart.data[0].active < chart.data[28].active)
})

test('its apps answer without a network: one takes people, some of whom it refuses, one has let its token expire', async () => {
  const nowhere = {
    send: () => Promise.reject(new Error('This went over the network')),
  } as unknown as OutboundConnections
  const connections = withDemoApps(nowhere)
  const post = async (app: string, displayName: string) => {
    const body = JSON.stringify({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: displayName,
      displayName,
    })
    const headers = new Headers({ 'content-type': 'application/scim+json', authorization: 'Bearer demo' })
    const url = `${toDemoAddress(app)}/Users`
    return connections.send({ method: 'POST', url, headers, body, signal: AbortSignal.timeout(5_000) })
  }
  assert.equal((await post('wiki', 'Ada')).status, 201)
  assert.equal((await post('wiki', 'Ada')).status, 409, 'it remembers')
  assert.equal((await post('other', 'Ada')).status, 201, 'each for itself')
  assert.equal((await post('wiki', "Ada O'Brien")).status, 400)
  assert.equal((await post('locked-payroll', 'Ada')).status, 401)
  const headers = new Headers()
  await assert.rejects(
    connections.send({
      method: 'GET',
      url: 'https://elsewhere.example/',
      headers,
      body: undefined,
      signal: AbortSignal.timeout(1),
    }),
    /over the network/,
  )
})
