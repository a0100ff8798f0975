import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createSourceHarness, simpleSourceRules } from './source-harness.ts'

// What rules call secret is shown to nobody, by whatever way it goes through the rules.

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const canary = 'canary-77f3'

const rules = {
  ...simpleSourceRules,
  columns: {
    tax: { isSecret: true },
    born: { isSecret: true, type: 'date' },
    boss: { isSecret: true },
    nick: { isSecret: true },
  },
  mappings: [
    { target: 'displayName', kind: 'direct', source: 'nick' },
    { target: `${enterprise}:employeeNumber`, kind: 'direct', source: 'tax' },
    { target: 'title', kind: 'expression', expression: 'Join("/", [title], [tax])' },
    { target: `${enterprise}:manager`, kind: 'reference', source: 'boss' },
  ],
  userName: { candidates: ['Join(".", [tax], "1")', 'Join(".", [tax], "2")'] },
  correlation: [[{ target: `${enterprise}:employeeNumber` }]],
}

const person = (id: string, more: object = {}) => {
  return { id, name: 'N', title: 'T', tax: canary, nick: `Nick ${canary}`, boss: `boss ${canary}`, ...more }
}

async function textOf(path: string): Promise<string> {
  const reply = await harness.send('GET', path)
  assert.equal(reply.status, 200, path)
  return JSON.stringify(reply.body)
}

test('a secret column stands in no plan, preview, record, escrow, test, history or event', async () => {
  const place = await harness.createSource('Secrets', { rules, settings: { approval: 'always' } })
  await harness.upload(place, [
    person('1'),
    person('2'),
    person('3', { born: canary }),
    person('4', { tax: 'other' }),
    person('5'),
    person('6'),
  ])
  const read = await harness.read(place)
  assert.equal(read.state, 'planned', JSON.stringify(read))
  const at = `/api/v1/organizations/acme/source-reads/${read.id}`
  const shown = async () => ({
    plan: await textOf(`${at}/plan`),
    operations: await textOf(`${at}/operations`),
    records: await textOf(`${place}/records`),
    one: await textOf(`${place}/records/1`),
    three: await textOf(`${place}/records/3`),
    escrow: await textOf(`${place}/escrow`),
    events: await textOf('/api/v1/organizations/acme/events?limit=100'),
    preview: JSON.stringify((await harness.send('POST', `${place}/preview`, { body: { anchor: '1' } })).body),
    given: JSON.stringify(
      (await harness.send('POST', `${place}/preview`, { body: { attributes: person('9', { born: canary }) } })).body,
    ),
    test: JSON.stringify((await harness.send('POST', `${place}/test`)).body),
  })
  assert.match((await shown()).operations, /userNameTaken/)
  const leaks = Object.entries(await shown()).flatMap(([name, text]) =>
    text.includes(canary) ? [`${name}: ${text}`] : [],
  )
  assert.deepEqual(leaks, [])
})
