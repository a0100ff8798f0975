import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
})
after(() => cli[Symbol.asyncDispose]())

const acme = ['--organization', 'acme'] as const

test('overview shows how it stands; what waits is dismissed with a reason and told of again', async () => {
  const { needs, firstRun } = await cli.json('overview', 'show', ...acme)
  assert.deepEqual(
    needs.map(({ code }: { code: string }) => code),
    ['mailNotConfigured'],
  )
  assert.equal(firstRun.done, false)
  const table = await cli.run('overview', 'show', ...acme)
  assert.match(table.stdout, /mailNotConfigured/)
  await cli.json('overview', 'dismiss', 'mailNotConfigured', '--reason', 'On purpose', ...acme)
  assert.equal((await cli.json('overview', 'dismissals', ...acme)).data.length, 1)
  assert.equal((await cli.run('overview', 'undo-dismissal', 'mailNotConfigured', ...acme)).code, 0)
  assert.equal((await cli.json('overview', 'dismissals', ...acme)).data.length, 0)
})

test('statistics print a row a day, and a link for a customer is made, shown once and revoked', async () => {
  const chart = await cli.json('statistics', 'people', '--days', '2', ...acme)
  assert.equal(chart.data.at(-1).active, 0)
  assert.equal((await cli.run('statistics', 'changes', ...acme)).code, 0)
  const made = await cli.json('setup-link', 'create', '--purpose', 'scim', '--provider', 'okta', '--days', '3', ...acme)
  assert.match(made.url, /\/set-up\/rc_lnk_/)
  assert.equal((await cli.json('setup-link', 'list', ...acme)).data[0].url, undefined)
  assert.equal((await cli.json('setup-link', 'revoke', made.id)).state, 'revoked')
  assert.deepEqual((await cli.json('requests', 'errors', ...acme)).data, [])
})

test('live follow prints a line of JSON for each change', async () => {
  const following = cli.run('live', 'follow', '--topics', 'setupLinks', '--count', '1', ...acme)
  const stop = new AbortController()
  const changing = (async () => {
    while (!stop.signal.aborted) {
      await cli.run('setup-link', 'create', '--purpose', 'saml', '--provider', 'entra', ...acme)
      await sleep(500)
    }
  })()
  const { code, stdout } = await following
  stop.abort()
  await changing
  assert.equal(code, 0)
  const told = JSON.parse(stdout)
  assert.deepEqual([told.topic, told.state, told.provider], ['setupLinks', 'sent', 'entra'])
})
