import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { assertRefused, toBulk, toPatch, toUser } from '../bad-input/refusal.ts'
import { createListeningProvisioning } from '../harness/listening.ts'
import { createTestProvisioning } from '../harness/provisioning.ts'
import { createScimClient } from '../harness/scim-over-http.ts'

test('AC-O20: a 429 of ours, of the mass-change guard as of bad keys, carries Retry-After in whole seconds', async () => {
  await using server = await createTestProvisioning()
  const acme = await server.createTenant('acme')
  const Operations = Array.from({ length: 250 }, (_, n) => {
    return { method: 'POST', path: '/Users', bulkId: `b${n}`, data: toUser(`person-${n}`) }
  })
  const created = await acme.scim('POST', '/Bulk', toBulk(Operations))
  const ids = [...new Set([...created.text.matchAll(/\/Users\/([0-9a-f-]{36})/g)].map(([, id]) => id))]
  assert.equal(ids.length, 250)
  const statuses = new Set<number>()
  const off = toPatch({ op: 'replace', path: 'active', value: false })
  for (const id of ids.slice(0, 50)) statuses.add((await acme.scim('PATCH', `/Users/${id}`, off)).status)
  assert.deepEqual([...statuses], [200])
  for (const [method, body] of [
    ['PATCH', off],
    ['DELETE', undefined],
  ] as const) {
    const held = await acme.scim(method, `/Users/${ids[60]}`, body)
    assertRefused(held, { status: 429, detail: /hold_|approv/ })
    assert.match(held.headers.get('retry-after') ?? 'none', /^[1-9]\d{0,4}$/)
    assert.equal((await acme.scim('GET', `/Users/${ids[60]}`)).body.active, true)
  }
  for (let n = 0; n < 301; n++) {
    const answer = await server.send('/scim/v2/Users', { headers: { authorization: 'Bearer junk' } })
    if (answer.status === 401) continue
    assertRefused(answer, { status: 429 })
    assert.match(answer.headers.get('retry-after') ?? 'none', /^[1-9]\d{0,4}$/)
    return
  }
  assert.fail('bad keys were never throttled')
})

test('AC-E14: 25 requests a second from one tenant, and as many as come at once, are all served and none is 429', async () => {
  await using server = await createListeningProvisioning()
  const acme = await server.createTenant('acme')
  const send = createScimClient(server.url, acme.key)
  const { body } = await send('POST', '/Users', toUser('busy'))
  const acts = [
    () => send('GET', `/Users/${body.id}`),
    () => send('GET', '/Users?filter=userName%20eq%20%22busy%22'),
    (n: number) => send('POST', '/Users', toUser(`rate-${n}`)),
    (n: number) => send('PATCH', `/Users/${body.id}`, toPatch({ op: 'replace', path: 'title', value: `t${n}` })),
  ] as const
  const durations: number[] = []
  const statuses = new Set<number>()
  const one = async (n: number): Promise<void> => {
    const start = performance.now()
    statuses.add((await acts[n % acts.length]?.(n))?.status ?? 0)
    durations.push(performance.now() - start)
  }
  // Four seconds at 25 a second, each sent in its time whatever became of those before.
  const paced: Promise<void>[] = []
  for (let n = 0; n < 100; n++) {
    paced.push(one(n))
    await sleep(40)
  }
  await Promise.all(paced)
  const p95 = durations.toSorted((a, b) => a - b)[Math.floor(durations.length * 0.95)] ?? 0
  assert.ok(p95 < 1_000, `${p95} ms`)
  await Promise.all(Array.from({ length: 300 }, (_, n) => one(100 + n)))
  assert.deepEqual([...statuses].toSorted(), [200, 201])
})
