import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { workRuns } from '../../server/test/harness/listening-application.ts'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
})
after(() => cli[Symbol.asyncDispose]())

test('long work is begun, listed, shown, and waited for', async () => {
  const begun = await cli.json('organization', 'recount', 'acme')
  assert.equal(begun.state, 'queued')
  const waiting = cli.run('run', 'wait', begun.id)
  await workRuns(cli.application)
  const waited = await waiting
  assert.deepEqual([waited.code, /done/.test(waited.stdout)], [0, true], waited.stderr)
  const { data } = await cli.json('run', 'list', '--state', 'done')
  assert.deepEqual([data.length, data[0].id], [1, begun.id])
  assert.deepEqual((await cli.json('run', 'show', begun.id)).result, { users: 0, activeUsers: 0, teams: 0 })
})

test('a schema is registered from a file and listed; a file that is none and half an answer are wrong usage', async () => {
  const file = join(cli.folder, 'badge.json')
  writeFileSync(file, JSON.stringify({ id: 'urn:example:Badge', name: 'Badge', attributes: [{ name: 'number' }] }))
  const made = await cli.json('schema', 'register', '--file', file, '--extends', 'User')
  assert.deepEqual([made.schema.id, made.use.kind], ['urn:example:Badge', 'extension'])
  assert.match((await cli.run('schema', 'list')).stdout, /urn:example:Badge +Badge +extends User +number/)
  const again = await cli.run('schema', 'register', '--file', file, '--extends', 'User')
  assert.deepEqual([again.code, /registered already/.test(again.stderr)], [1, true])
  const wrong = [
    ['--file', file],
    ['--file', file, '--resource-type', 'Badge'],
    ['--file', join(cli.folder, 'absent.json'), '--extends', 'User'],
  ]
  for (const options of wrong) assert.equal((await cli.run('schema', 'register', ...options)).code, 2)
})

test('an organization is deleted by whoever types its slug; a script says it with --confirm', async () => {
  await cli.json('organization', 'create', '--slug', 'doomed')
  assert.equal((await cli.run('organization', 'delete', 'doomed')).code, 2)
  const wrong = await cli.run('organization', 'delete', 'doomed', '--confirm', 'acme')
  assert.deepEqual([wrong.code, /not the slug/.test(wrong.stderr)], [1, true])
  const begun = await cli.json('organization', 'delete', 'doomed', '--confirm', 'doomed')
  assert.deepEqual([begun.kind, begun.organizationId], ['organization.delete', null])
  assert.equal((await cli.json('run', 'show', begun.id, '--instance')).id, begun.id)
  assert.equal((await cli.run('organization', 'show', 'doomed')).code, 1)
})
