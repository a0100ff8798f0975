import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Link } from '../../src/db/queries/provisioning-links.ts'
import { newLink } from '../../src/provisioning/export/link.ts'
import { decideMatch, type Wanted } from '../../src/provisioning/export/protocol.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** What is known of the only person. */
async function linkOf(harness: EngineHarness): Promise<object | undefined> {
  const [link] = await harness.rows<object>(
    `select state, target_key as key, failure_code as reason from links where organization_id = $1 and app_id = $2`,
  )
  return link
}

test('ENG-07: after 409 two candidates are never linked, and an account that no search shows is asked for twice at most', async () => {
  const byName = [[{ target: 'displayName', source: 'displayName' }]]
  const users = { ...simpleRules.users, matching: byName }
  {
    // What was just made there no search shows for a minute.
    const profile = { readLagMs: minuteMs }
    await using harness = await createEngineHarness({
      rules: { assignment: 'everyone', users },
      profile,
      quirks: { readLagMs: minuteMs },
    })
    const { fake } = harness
    // The first cycle is over nobody.
    await harness.settle()
    for (const userName of ['ada@example.com', 'ada@elsewhere.example'])
      fake.users.insert({ userName, displayName: 'Ada', active: true }, { by: 'foreign' })
    await harness.createPerson('ada@example.com', { displayName: 'Ada' })
    await harness.settle()
    assert.equal(fake.counts.get('POST /Users'), 1)
    for (let minute = 0; minute < 10; minute++) await harness.pass(minuteMs)
    assert.deepEqual(await linkOf(harness), { state: 'unlinked', key: null, reason: 'Ambiguous' })
    assert.equal(fake.counts.get('POST /Users'), 1)
    assert.equal(fake.counts.get('PATCH /Users/…'), undefined)
  }
  {
    await using harness = await createEngineHarness({ rules: { assignment: 'everyone' } })
    const { fake } = harness
    await harness.settle()
    fake.users.insert({ userName: 'ada@example.com', active: true }, { by: 'foreign', isHidden: true })
    const ada = await harness.createPerson('ada@example.com', { displayName: 'Ada' })
    await harness.settle()
    for (let minute = 0; minute < 10; minute++) await harness.pass(minuteMs)
    for (let day = 0; day < 10; day++) await harness.pass(dayMs)
    assert.equal(fake.counts.get('POST /Users'), 2)
    assert.deepEqual(await linkOf(harness), { state: 'unlinked', key: null, reason: 'InvisibleConflict' })
    // What somebody changes may help.
    await harness.patchPerson(ada, [{ op: 'replace', path: 'userName', value: 'ada.lovelace@example.com' }])
    await harness.settle()
    assert.equal(fake.counts.get('POST /Users'), 3)
    assert.equal(fake.users.size, 2)
  }
})

test('an account with the id of somebody else is not taken for the one that a lost creation made', () => {
  const marked: Link = { ...newLink('0198c0de-0000-7000-8000-000000000001', 'user'), inFlightAt: new Date(0) }
  const wanted: Wanted = {
    intent: 'provision',
    desired: {},
    printed: '{}',
    hash: Buffer.of(),
    matches: [],
    isInScope: true,
  }
  const found = { kind: 'one', key: 'u1', isOurs: false, linkedTo: undefined } as const
  const policy = { adoption: 'refuse', mayCreate: true } as const
  assert.equal(decideMatch(marked, wanted, found, policy).kind, 'adopt')
  const foreign = { ...found, isForeign: true }
  assert.deepEqual(decideMatch(marked, wanted, foreign, policy), { kind: 'fail', reason: 'AdoptionRefused' })
  const left = { ...wanted, intent: 'disable' } as const
  assert.deepEqual(decideMatch(marked, left, foreign, { ...policy, adoption: 'adopt' }), { kind: 'forget' })
})
