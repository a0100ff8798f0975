import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listLog, type LogEntry } from '../../src/provisioning/log/read-log.ts'
import { stepNames } from '../../src/provisioning/log/steps.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'

test('CON-F1: what the engine writes has the steps import, scoping, matching, processing, referenceResolution, export in this order, and Graph’s words for results', async () => {
  await using harness = await createEngineHarness()
  await live(harness)
  const entries = await read(harness)
  assert.deepEqual(
    entries.map(
      (entry) =>
        `${entry.action} ${entry.reason}: ${(entry.detail.steps ?? []).map(({ name, status }) => `${name} ${status}`).join(', ')}`,
    ),
    [
      'create Created: import success, scoping success, matching success, processing success, export success',
      'create InvalidValue: import success, scoping success, matching success, processing success, export failure',
      'update Updated: import success, scoping success, matching success, processing success, export success',
      'disable Disabled: import success, scoping success, matching success, processing success, export success',
    ],
  )
  for (const { detail } of entries) {
    const places = (detail.steps ?? []).map(({ name }) => stepNames.indexOf(name))
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    )
  }
})

test('a turn in which nothing happens writes nothing; why somebody has no account is written once', async () => {
  await using harness = await createEngineHarness({
    rules: {
      users: {
        ...simpleRules.users,
        scope: { groups: [[{ attribute: 'displayName', operator: 'EQUALS', value: 'In' }]] },
      },
    },
  })
  const out = await harness.createPerson('out@example.com', { displayName: 'Out' })
  await harness.createPerson('nobody@example.com')
  await harness.assign({ kind: 'user', id: out })
  await harness.settle()
  const written = await read(harness)
  await harness.patchPerson(out, [{ op: 'replace', path: 'displayName', value: 'Still out' }])
  await harness.settle()
  await harness.settle()
  assert.deepEqual((await read(harness)).length, written.length)
  assert.ok(written.length <= 1, 'whoever was never in scope is no line, or one')
})

test('AC-E36: what a mapping redacts stands in no row of the log, though the app repeats it in its answers', async () => {
  const secret = 'canary 73,000 EUR'
  const mappings = [...simpleRules.users.mappings, { ...mapping, target: 'title', expression: 'Redact([jobTitle])' }]
  await using harness = await createEngineHarness({ rules: { users: { ...simpleRules.users, mappings } } })
  const { fake } = harness
  const ada = await harness.createPerson('ada@example.com', { title: secret })
  await harness.assign({ kind: 'user', id: ada })
  fake.fault = ({ body }) =>
    body === undefined
      ? 'none'
      : { kind: 'answer', status: 400, body: { detail: `The title ${secret} is not allowed` } }
  await harness.settle()
  fake.fault = () => 'none'
  await harness.patchPerson(ada, [{ op: 'replace', path: 'title', value: `${secret} more` }])
  await harness.settle()
  assert.equal(fake.users.all()[0]?.resource['title'], `${secret} more`, 'the app gets it')
  const rows = await harness.rows<{ text: string }>(
    'select row_to_json(l)::text as text from provisioning_log l where organization_id = $1 and app_id = $2',
  )
  const text = rows.map((row) => row.text).join('\n')
  assert.ok(rows.length >= 2)
  assert.doesNotMatch(text, /canary|73,000/)
  const links = await harness.rows<{ text: string }>(
    'select row_to_json(l)::text as text from links l where organization_id = $1 and app_id = $2',
  )
  assert.doesNotMatch(links[0]?.text ?? 'canary', /canary/)
  assert.match(text, /\[Redact\]/)
})

const mapping = { kind: 'expression', apply: 'always', onNull: 'clear', onError: 'fail', onMissing: 'omit' } as const

/** One is made, one is refused, one changes and leaves. */
async function live(harness: EngineHarness): Promise<void> {
  const { fake } = harness
  const ada = await harness.createPerson('ada@example.com', { displayName: 'Ada' })
  await harness.assign({ kind: 'user', id: ada })
  await harness.settle()
  const bob = await harness.createPerson('bob@example.com')
  fake.fault = ({ method }) =>
    method === 'POST'
      ? { kind: 'answer', status: 400, body: { scimType: 'invalidValue', detail: 'userName is bad' } }
      : 'none'
  await harness.assign({ kind: 'user', id: bob })
  await harness.settle()
  fake.fault = () => 'none'
  await harness.patchPerson(ada, [{ op: 'replace', path: 'displayName', value: 'Ada Lovelace' }])
  await harness.settle()
  await harness.patchPerson(ada, [{ op: 'replace', path: 'active', value: false }])
  await harness.settle()
}

async function read({ server, organizationId }: EngineHarness): Promise<readonly LogEntry[]> {
  const { data } = await listLog(server.database, organizationId, { filter: {}, order: 'asc', limit: 200 })
  return data
}
