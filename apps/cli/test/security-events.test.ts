import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
const folder = mkdtempSync(join(tmpdir(), 'rollcall-signals-'))
before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
})
after(async () => {
  rmSync(folder, { recursive: true })
  await cli[Symbol.asyncDispose]()
})

const inAcme = ['--organization', 'acme']

test('a stream is made, verified, paused, changed and deleted; the secret of its receiver comes from a file', async () => {
  const file = join(folder, 'header.txt')
  writeFileSync(file, 'Bearer s3cret-header\n')
  const made = await cli.json(
    ...['event-stream', 'create', '--push', 'https://receiver.example.com/events', '--authorization-file', file],
    ...['--event', 'urn:ietf:params:scim:event:prov:delete', ...inAcme],
  )
  assert.deepEqual(
    [made.method, made.hasAuthorizationHeader, made.events],
    ['push', true, ['urn:ietf:params:scim:event:prov:delete']],
  )
  assert.equal((await cli.json('event-stream', 'verify', made.id)).waiting, 1)
  assert.equal((await cli.json('event-stream', 'pause', made.id)).state, 'paused')
  const changed = await cli.json('event-stream', 'update', made.id, '--poll', '--description', 'SIEM')
  assert.deepEqual([changed.method, changed.description, changed.version], ['poll', 'SIEM', 3])
  assert.equal((await cli.json('event-stream', 'enable', made.id)).state, 'enabled')
  assert.equal((await cli.json('event-stream', 'list', ...inAcme)).data.length, 1)
  assert.deepEqual(await cli.json('event-stream', 'delete', made.id, '--yes'), { id: made.id, deleted: true })
})

test('a transmitter is made, told what its signals do, disabled and deleted; what came is listed', async () => {
  const made = await cli.json(
    ...['transmitter', 'create', '--issuer', 'https://idp.example.com', '--jwks-url', 'https://idp.example.com/keys'],
    ...['--on-account-disabled', 'endSessions', ...inAcme],
  )
  assert.deepEqual([made.method, made.onAccountDisabled, made.onSessionRevoked], ['push', 'endSessions', 'endSessions'])
  assert.match(made.revocationUrl, /\/ssf\/org_\w+\/revoke\/trm_\w+$/)
  const polled = await cli.json('transmitter', 'update', made.id, '--poll-url', 'https://idp.example.com/poll')
  assert.equal(polled.method, 'poll')
  assert.equal((await cli.json('transmitter', 'disable', made.id)).state, 'disabled')
  assert.equal((await cli.json('transmitter', 'enable', made.id)).state, 'enabled')
  assert.equal((await cli.json('transmitter', 'show', made.id)).issuer, 'https://idp.example.com')
  assert.deepEqual((await cli.json('transmitter', 'signals', made.id)).data, [])
  assert.equal((await cli.json('transmitter', 'list', ...inAcme)).data.length, 1)
  assert.deepEqual(await cli.json('transmitter', 'delete', made.id, '--yes'), { id: made.id, deleted: true })
})
