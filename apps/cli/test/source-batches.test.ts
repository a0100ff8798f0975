import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createCliHarness } from './cli-harness.ts'

const cli = await createCliHarness()
after(() => cli[Symbol.asyncDispose]())

const rules = {
  anchor: 'id',
  mappings: [{ target: 'userName', kind: 'direct', source: 'mail' }],
  correlation: [[{ target: 'userName', source: 'mail' }]],
}

test('records are pushed as changes and as everybody; batches are listed, completed, given up and forgotten', async () => {
  const file = (name: string, content: string): string => {
    const path = join(cli.folder, name)
    writeFileSync(path, content)
    return path
  }
  await cli.json('organization', 'create', '--slug', 'acme')
  const place = ['--place', '{"kind":"upload"}', '--rules-file', file('rules.json', JSON.stringify(rules))]
  const { id: source } = await cli.json('source', 'create', '--name', 'HR', ...place)
  await cli.json('source', 'rules', 'publish', source, '--revision', '1')
  await cli.json('source', 'pause', source)
  const lines = Array.from({ length: 1_500 }, (_, index) =>
    JSON.stringify({ id: `e${index}`, mail: `e${index}@acme.test` }),
  )
  const people = file('people.jsonl', `${lines.join('\n')}\n`)
  const pushed = await cli.json('source', 'push', source, '--file', people)
  assert.deepEqual(
    pushed.data.map(({ entries, state }: { entries: number; state: string }) => [entries, state]),
    [
      [1_000, 'waiting'],
      [500, 'waiting'],
    ],
  )
  const all = await cli.json('source', 'push', source, '--file', people, '--everybody')
  assert.deepEqual([all.kind, all.state, all.entries], ['session', 'waiting', 1_500])
  const held = await cli.json('source', 'batch', 'records', all.id, '--limit', '2')
  assert.deepEqual([held.data[0].anchor, held.data[0].situation], ['e0', null])
  const open = await cli.json('source', 'batch', 'open', source)
  const short = await cli.run('source', 'batch', 'complete', open.id, '--entries', '3', '--json')
  assert.equal(JSON.parse(short.stderr).code, 'conflict')
  assert.equal((await cli.json('source', 'batch', 'cancel', open.id)).state, 'cancelled')
  const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
  const operation = { method: 'POST', path: '/Users', bulkId: '1', data: { id: 'b1', mail: 'b1@acme.test' } }
  const bulk = file('bulk.json', JSON.stringify({ schemas, Operations: [operation], failOnErrors: null }))
  const sent = await cli.run('source', 'bulk-upload', source, '--file', bulk)
  assert.equal(sent.code, 0, sent.stderr)
  assert.equal((await cli.json('source', 'batch', 'list', source)).data[0].kind, 'bulk')
  assert.equal((await cli.json('source', 'batch', 'forget', source, '--yes')).batches, 4)
  assert.equal((await cli.json('source', 'batch', 'show', all.id)).state, 'cancelled')
})
