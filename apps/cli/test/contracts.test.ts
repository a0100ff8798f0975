import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createCliHarness, runCli, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
before(async () => {
  cli = await createCliHarness()
})
after(() => cli[Symbol.asyncDispose]())

test('organization create --json answers id, slug and scimUrl, and the organization has one SCIM connection', async () => {
  const made = await cli.json('organization', 'create', '--slug', 'acme')
  assert.match(made.id, /^org_[0-7][0-9a-z]{25}$/)
  assert.equal(made.slug, 'acme')
  assert.equal(made.scimUrl, 'https://rollcall.test/o/acme/scim/v2')
  const { data, nextCursor } = await cli.json('connection', 'list', '--organization', 'acme')
  assert.equal(nextCursor, null)
  assert.deepEqual(
    data.map(({ type, isDefault }: { type: string; isDefault: boolean }) => [type, isDefault]),
    [['scim', true]],
  )
})

test('connection create --json answers id, scimUrl, profile and style; update and delete change it', async () => {
  await cli.json('organization', 'create', '--slug', 'links')
  const made = await cli.json(
    'connection',
    'create',
    '--organization',
    'links',
    '--type',
    'scim',
    '--profile',
    'okta',
    '--style',
    'github',
  )
  assert.match(made.id, /^con_/)
  assert.equal(made.profile, 'okta')
  assert.equal(made.style, 'github')
  assert.match(made.scimUrl, /^https:\/\/rollcall\.test\//)
  const settings = '{"writesEnabled":true,"guard":{"percent":5}}'
  const updated = await cli.json('connection', 'update', made.id, '--state', 'disabled', '--settings', settings)
  assert.equal(updated.state, 'disabled')
  assert.deepEqual(updated.settings, { writesEnabled: true, guard: { percent: 5 } })
  const stale = await cli.run('connection', 'update', made.id, '--name', 'X', '--if-version', '1', '--json')
  assert.equal(stale.code, 1)
  assert.equal(JSON.parse(stale.stderr).currentVersion, 2)
  assert.deepEqual(await cli.json('connection', 'delete', made.id), { id: made.id, deleted: true })
  assert.equal((await cli.run('connection', 'show', made.id)).code, 1)
})

test('key create --json answers id and key, --scope repeats, and list shows everything but the secret', async () => {
  await cli.json('organization', 'create', '--slug', 'keys')
  const connection = await cli.json('connection', 'create', '--organization', 'keys', '--type', 'scim')
  const made = await cli.json(
    'key',
    'create',
    '--organization',
    'keys',
    '--scope',
    'scim:enterprise',
    '--scope',
    'organization:read',
    '--connection',
    connection.id,
    '--service-account',
    'robot',
    '--name',
    'Okta',
    '--expires',
    '90d',
  )
  assert.match(made.id, /^key_/)
  assert.match(made.key, /^rc_[a-z]{3}_[0-9A-Za-z]{34}$/)
  assert.deepEqual(made.scopes, ['scim', 'organization:read'])
  const { data } = await cli.json('key', 'list', '--organization', 'keys')
  const listed = data[0]
  assert.equal(listed.serviceAccountName, 'robot')
  assert.equal(listed.connectionId, connection.id)
  assert.equal(listed.hint.endsWith(made.key.slice(-4)), true)
  assert.equal(JSON.stringify(data).includes(made.key), false)
})

test('a secret is printed once on stdout, with a word of warning on stderr that --quiet takes away', async () => {
  await cli.json('organization', 'create', '--slug', 'once')
  const argv = ['key', 'create', '--organization', 'once', '--scope', 'scim', '--json']
  const loud = await cli.run(...argv)
  assert.equal(loud.stdout.split('rc_scm_').length - 1, 2, 'the key itself and its hint')
  assert.match(loud.stderr, /never again/)
  assert.equal(loud.stderr.includes('rc_scm_'), false)
  const quiet = await cli.run(...argv, '--quiet')
  assert.equal(quiet.stderr, '')
  assert.equal(quiet.code, 0)
})

test('key rotate answers a new key and until when the old one works; key revoke ends a key', async () => {
  await cli.json('organization', 'create', '--slug', 'rotating')
  const first = await cli.json('key', 'create', '--organization', 'rotating', '--scope', 'admin:enterprise')
  const second = await cli.json('key', 'rotate', first.id, '--overlap', '1h')
  assert.equal(second.replaces, first.id)
  assert.notEqual(second.key, first.key)
  assert.equal(second.replacedExpiresAt, '2026-11-21T10:00:00.000Z')
  const revoked = await cli.json('key', 'revoke', second.id)
  assert.equal(revoked.revokedAt, '2026-11-21T09:00:00.000Z')
  const listed = await cli.json('key', 'list', '--organization', 'rotating')
  assert.deepEqual(
    listed.data.map(({ id }: { id: string }) => id),
    [first.id],
  )
  const all = await cli.json('key', 'list', '--organization', 'rotating', '--revoked', '--total')
  assert.equal(all.total, 2)
})

test('a list goes on with --cursor where nextCursor pointed', async () => {
  await cli.json('organization', 'create', '--slug', 'pages')
  for (const name of ['a', 'b', 'c'])
    await cli.json('key', 'create', '--organization', 'pages', '--scope', 'scim', '--name', name)
  const first = await cli.json('key', 'list', '--organization', 'pages', '--limit', '2')
  const second = await cli.json('key', 'list', '--organization', 'pages', '--limit', '2', '--cursor', first.nextCursor)
  const names = [...first.data, ...second.data].map(({ name }: { name: string }) => name)
  assert.deepEqual(names, ['a', 'b', 'c'])
  assert.equal(second.nextCursor, null)
  assert.deepEqual(Object.keys(first), ['data', 'nextCursor'])
})

test('a key of one organization needs no --organization and sees no other', async () => {
  await cli.json('organization', 'create', '--slug', 'alone')
  const { key } = await cli.json('key', 'create', '--organization', 'alone', '--scope', 'organization:admin')
  const environment = { ROLLCALL_URL: cli.url, ROLLCALL_KEY: key }
  const listed = JSON.parse((await runCli(['connection', 'list', '--json'], { environment })).stdout)
  assert.equal(listed.data.length, 1)
  const organizations = JSON.parse((await runCli(['organization', 'list', '--json'], { environment })).stdout)
  assert.deepEqual(
    organizations.data.map(({ slug }: { slug: string }) => slug),
    ['alone'],
  )
  const other = await runCli(['organization', 'show', 'acme', '--json'], { environment })
  assert.equal(JSON.parse(other.stderr).status, 404)
  const forbidden = await runCli(['organization', 'create', '--slug', 'more', '--json'], { environment })
  assert.equal(JSON.parse(forbidden.stderr).status, 403)
})
