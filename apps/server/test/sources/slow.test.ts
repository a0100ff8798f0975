import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLoops } from '../../src/jobs/loop.ts'
import { startSources } from '../../src/read-sources.ts'
import { createSourceHarness, peopleOf, simpleSourceRules } from './source-harness.ts'
import { serve } from './web-server.ts'

const harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
after(() => harness[Symbol.asyncDispose]())

test('sources of one organization that never answer keep nobody else waiting', async (t) => {
  // Takes every request and says nothing.
  const { origin, asked } = await serve(t, () => {})
  for (const name of ['Slow 1', 'Slow 2', 'Slow 3', 'Slow 4']) {
    const place = await harness.createSource(name, { place: { kind: 'http', url: `${origin}/people` } })
    assert.equal((await harness.send('POST', `${place}/reads`, { body: {} })).status, 201)
  }
  await harness.createOrganization('beta')
  const made = await harness.send('POST', '/api/v1/organizations/beta/sources', {
    body: { name: 'Quick', place: { kind: 'upload' }, rules: simpleSourceRules, settings: { approval: 'never' } },
  })
  const place = `/api/v1/organizations/beta/sources/${made.body.id}`
  await harness.send('POST', `${place}/rules/publish`, { body: { revision: 1 } })

  const { parts } = harness.application.application
  const withLease = async (_: string, work: () => Promise<void>): Promise<boolean> => {
    await work()
    return true
  }
  const loops = createLoops({ logger: parts.logger, withLease, random: () => 0.5 })
  startSources(parts, loops)
  try {
    while (asked.length === 0) await sleep(50)
    const records = peopleOf(3)
    assert.equal((await harness.send('POST', `${place}/records`, { body: { records } })).status, 202)
    const lastState = async () => (await harness.send('GET', `${place}/reads`)).body.data[0]?.state
    const until = Date.now() + 20_000
    while ((await lastState()) !== 'done' && Date.now() < until) await sleep(100)
    assert.equal(await lastState(), 'done')
  } finally {
    await loops.stop()
  }
})
