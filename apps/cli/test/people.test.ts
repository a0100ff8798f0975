import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
})
after(() => cli[Symbol.asyncDispose]())

test('a person is made, changed, suspended, brought back, deleted and restored from the command line, and history tells it', async () => {
  const made = await cli.json(
    'person',
    'create',
    '--user-name',
    'ada',
    '--display-name',
    'Ada',
    '--email',
    'ada@x.example',
    '--no-invite',
  )
  assert.deepEqual([made.state, made.owner, made.email], ['active', 'local', 'ada@x.example'])
  const changed = await cli.json(
    'person',
    'update',
    made.id,
    '--set',
    'title=Captain',
    '--unset',
    'displayName',
    '--reason',
    'promoted',
  )
  assert.deepEqual([changed.attributes.title, changed.displayName], ['Captain', null])
  assert.equal((await cli.json('person', 'suspend', made.id, '--reason', 'on leave')).stateChange.reason, 'on leave')
  assert.deepEqual((await cli.json('person', 'list')).data, [])
  assert.equal((await cli.json('person', 'list', '--state', 'suspended', '--total')).total, 1)
  assert.equal((await cli.json('person', 'reactivate', made.id)).state, 'active')
  assert.equal((await cli.json('person', 'delete', made.id, '--yes')).deleted, true)
  assert.equal((await cli.json('person', 'restore', made.id)).state, 'active')
  const { data } = await cli.json('person', 'history', made.id)
  assert.deepEqual(
    data.map(({ action }: { action: string }) => action),
    ['restored', 'deleted', 'reactivated', 'suspended', 'updated', 'created'].map((name) => `user.${name}`),
  )
  assert.equal(data[4].reason, 'promoted')
  const csv = await cli.run('person', 'export')
  assert.match(csv.stdout, /^id,scimId,externalId,userName,.*\r\nusr_.*,ada,/)
  const json = await cli.run('person', 'export', '--json')
  assert.deepEqual([json.code, json.stdout], [2, ''], 'CSV is not one JSON value')
  const nothing = await cli.run('person', 'update', made.id)
  assert.equal(nothing.code, 2)
  const torn = await cli.run('person', 'update', made.id, '--attributes', '{')
  assert.match(torn.stderr, /^--attributes takes one JSON object/)
})

test('a list of user names is previewed before a source adopts, and a domain shows the record that proves it', async () => {
  await cli.json('person', 'create', '--user-name', 'mona', '--no-invite')
  const { id } = await cli.json('connection', 'create', '--type', 'scim', '--style', 'github')
  const file = join(cli.folder, 'names.txt')
  writeFileSync(file, 'mona@corp.example\r\n\nnew@corp.example\n')
  const { counts } = await cli.json('person', 'preview-adoption', '--connection', id, '--file', file)
  assert.deepEqual([counts.linked, counts.created, counts.conflicts], [1, 1, 0])
  const domain = await cli.json('domain', 'add', 'corp.example')
  assert.deepEqual([domain.state, domain.record.name], ['waiting', '_rollcall.corp.example'])
  assert.match(domain.record.value, /^rollcall-verification=/)
  assert.equal((await cli.json('domain', 'delete', domain.id, '--yes')).deleted, true)
})

test('links are imported as CSV that the command line wrote itself, apostrophes and all; no file is wrong usage', async () => {
  const { id } = await cli.json('connection', 'create', '--type', 'scim', '--name', 'Links')
  const account = 'usr_01h4zpwq00e008000000000000'
  const file = join(cli.folder, 'links.csv')
  writeFileSync(
    file,
    `accountId,externalId\r\n${account},'+tide==\r\n${account},''quoted\r\n${account},'typed\r\n${account},plain\r\n`,
  )
  const { data } = await cli.json('connection', 'import-links', id, '--file', file, '--dry-run')
  const ids = data.map((each: { externalId: string }) => each.externalId)
  assert.deepEqual(ids, ['+tide==', "'quoted", "'typed", 'plain'])
  const absent = await cli.run('connection', 'import-links', id, '--file', join(cli.folder, 'absent.csv'))
  assert.deepEqual([absent.code, /--file: .*absent\.csv/.test(absent.stderr)], [2, true], absent.stderr)
})
