import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseTypeId } from '@rollcall/admin-api'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
let app: string
let team: string
before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
  app = (await cli.json('app', 'create', '--name', 'Wiki', '--url', 'https://wiki.example/scim')).id
  team = (await cli.json('team', 'create', '--name', 'Sales')).id
  // The engine does not run here: this is what it writes.
  await cli.application.database.query(
    {
      text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope, origin, target_key, applied_hash)
        select organization_id, $1, 'team', id, 'linked', true, 'created', 'g77', 'x' from teams where id = $2`,
    },
    [parseTypeId('app', app), parseTypeId('team', team)],
  )
})
after(() => cli[Symbol.asyncDispose]())

test('a team of an app is listed, paused, resumed, keeps its name, is pushed and left', async () => {
  const listed = await cli.run('app', 'team', 'list', app)
  assert.match(listed.stdout, /Sales +linked +g77 +0 +false/)
  const act = async (verb: string, ...options: readonly string[]) =>
    cli.json('app', 'team', verb, app, '--team', team, ...options)
  assert.equal((await act('pause')).isPaused, true)
  const refused = await cli.run('app', 'team', 'push', app, '--team', team)
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /resume it first/)
  assert.equal((await act('resume')).isPaused, false)
  assert.equal((await act('keep-name')).keepsName, true)
  assert.equal((await act('rename')).keepsName, false)
  await act('push')
  const pushed = await act('show')
  assert.deepEqual([pushed.state, pushed.waitsFor], ['linked', 'evaluate'])
  assert.equal((await act('unlink', '--group', 'leave')).unlinked, 'leave')
})

test('what is not said is asked for', async () => {
  const nameless = await cli.run('app', 'team', 'link', app, '--team', team)
  assert.equal(nameless.code, 2)
  assert.match(nameless.stderr, /--group-id … or --group-name …/)
  const both = await cli.run('app', 'team', 'link', app, '--team', team, '--group-id', 'g1', '--group-name', 'Sales')
  assert.equal(both.code, 2)
  const vague = await cli.run('app', 'team', 'unlink', app, '--team', team)
  assert.equal(vague.code, 2)
})
