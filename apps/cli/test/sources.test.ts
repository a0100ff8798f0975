import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
let source: string
const rules = {
  anchor: 'id',
  mappings: [
    { target: 'userName', kind: 'direct', source: 'mail' },
    { target: 'displayName', kind: 'direct', source: 'name' },
  ],
  correlation: [[{ target: 'userName', source: 'mail' }]],
}
before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
  writeFileSync(file('rules.json'), JSON.stringify(rules))
  writeFileSync(
    file('people.csv'),
    'id,mail,name\n1,ada@acme.example,Ada\n2,bo@acme.example,Bo\n,nobody@acme.example,Nobody\n',
  )
})
after(() => cli[Symbol.asyncDispose]())

const file = (name: string): string => join(cli.folder, name)

test('a source is made, its file uploaded and tried, its rules changed and published, and it is read', async () => {
  const place = JSON.stringify({ kind: 'file', format: 'csv' })
  const made = await cli.json('source', 'create', '--name', 'HR', '--place', place, '--rules-file', file('rules.json'))
  assert.deepEqual([made.state, made.draftRevision], ['draft', 1])
  source = made.id
  const uploaded = await cli.json('source', 'upload', source, '--file', file('people.csv'))
  assert.equal(uploaded.name, 'people.csv')
  assert.equal((await cli.json('source', 'files', source)).data[0].id, uploaded.id)
  const tried = await cli.json('source', 'test', source)
  assert.deepEqual([tried.isWorking, tried.columns], [true, ['id', 'mail', 'name']])
  assert.equal((await cli.json('source', 'rules', 'publish', source, '--revision', '1')).state, 'live')
  const printed = await cli.run('source', 'rules', 'show', source)
  assert.equal(JSON.parse(printed.stdout).anchor, 'id')
  writeFileSync(file('rules.json'), JSON.stringify({ ...rules, onUnmatched: 'report' }))
  await cli.json('source', 'rules', 'save', source, '--file', file('rules.json'), '--note', 'Nobody new')
  assert.equal((await cli.json('source', 'rules', 'diff', source)).changes[0].field, 'onUnmatched')
  const read = await cli.json('source', 'read', 'start', source)
  assert.deepEqual([read.state, read.mode], ['reading', 'full'])
  assert.equal((await cli.json('source', 'read', 'list', source)).data[0].id, read.id)
  const second = await cli.run('source', 'read', 'start', source, '--json')
  assert.deepEqual([second.code === 0, JSON.parse(second.stderr).code], [false, 'conflict'])
  assert.equal((await cli.json('source', 'read', 'cancel', read.id)).state, 'cancelled')
})

test('days to come and what is written back are listed from the command line', async () => {
  const upcoming = await cli.json('source', 'upcoming', 'list', source)
  assert.deepEqual(upcoming.data, [])
  const told = await cli.json('source', 'write-back', 'list', source)
  assert.deepEqual(told.data, [])
  assert.equal((await cli.json('source', 'write-back', 'retry', source)).count, 0)
  const missing = await cli.run(
    'source',
    'upcoming',
    'cancel',
    source,
    '--anchor',
    '1',
    '--kind',
    'leave',
    '--reason',
    'x',
  )
  assert.notEqual(missing.code, 0)
  assert.match(missing.stderr, /No date of the kind "leave" waits|no such record/)
})

test('a source is paused with a reason, resumed, scheduled, and deleted', async () => {
  const paused = await cli.json('source', 'pause', source, '--reason', 'Migration')
  assert.deepEqual([paused.state, paused.pausedReason], ['paused', 'Migration'])
  assert.equal((await cli.json('source', 'resume', source)).state, 'active')
  const settings = JSON.stringify({ schedule: { kind: 'interval', minutes: 15 } })
  const scheduled = await cli.json('source', 'update', source, '--settings', settings)
  assert.notEqual(scheduled.nextReadAt, null)
  assert.deepEqual((await cli.json('source', 'record', 'list', source)).data, [])
  assert.deepEqual((await cli.json('source', 'record', 'bad', source)).data, [])
  assert.equal((await cli.json('source', 'delete', source, '--yes')).kind, 'source.delete')
  assert.deepEqual((await cli.json('source', 'list')).data, [])
})
