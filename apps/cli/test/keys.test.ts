import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
before(async () => {
  cli = await createCliHarness()
})
after(() => cli[Symbol.asyncDispose]())

const words = (text: string): readonly string[] => text.split(' ')

test('a service account is made, found, changed, disabled and enabled; its keys are listed apart', async () => {
  await cli.json('organization', 'create', '--slug', 'acme')
  const inAcme = ['--organization', 'acme']
  const made = await cli.json(...words('service-account create --name okta --email it@example.com'), ...inAcme)
  assert.match(made.id, /^sa_/)
  assert.deepEqual([made.state, made.email], ['active', 'it@example.com'])
  const key = await cli.json(...words('key create --scope scim --service-account okta'), ...inAcme)
  assert.equal(key.serviceAccountId, made.id)
  await cli.json(...words('key create --scope scim'), ...inAcme)
  const keys = await cli.json(...words(`key list --service-account ${made.id}`), ...inAcme)
  assert.deepEqual(
    keys.data.map(({ id }: { id: string }) => id),
    [key.id],
  )
  const renamed = await cli.json(...words(`service-account update ${made.id} --name Okta --email none`))
  assert.deepEqual([renamed.name, renamed.email, renamed.version], ['Okta', null, 2])
  assert.equal((await cli.json(...words(`service-account disable ${made.id} --yes`))).state, 'disabled')
  const list = async (...more: readonly string[]) =>
    (await cli.json(...words('service-account list'), ...inAcme, ...more)).data.length
  assert.deepEqual(
    [await list(), await list('--state', 'disabled'), await list('--state', 'all', '--search', 'OKT')],
    [0, 1, 1],
  )
  assert.equal((await cli.json(...words(`service-account enable ${made.id}`))).state, 'active')
  assert.equal((await cli.json(...words(`service-account show ${made.id}`))).name, 'Okta')
  assert.equal((await cli.run(...words(`service-account update ${made.id}`))).code, 2)
})

test('key create knows an end or none, ranges it may come from, and a dry run that makes nothing', async () => {
  await cli.json('organization', 'create', '--slug', 'flags')
  const create = ['key', 'create', '--organization', 'flags']
  const open = await cli.json(...create, '--scope', 'keys:read', '--expires', 'none')
  assert.equal(open.expiresAt, null)
  const ranged = await cli.json(...create, ...words('--scope scim --allow 192.0.2.0/24 --allow 2001:db8::1'))
  assert.deepEqual(ranged.allowedNetworks, ['192.0.2.0/24', '2001:db8::1/128'])
  const dry = await cli.run(...create, ...words('--scope scim --expires 2027-01-01 --dry-run'))
  assert.equal(dry.code, 0)
  assert.match(dry.stderr, /^Warning: Provisioning with this key stops when it expires/)
  assert.ok(!dry.stdout.includes('rc_'))
  assert.equal((await cli.json('key', 'list', '--organization', 'flags')).data.length, 2)
  const tenant = '7b2c1f0e-5d3a-4c1b-9e8f-0a1b2c3d4e5f'
  const entra = await cli.json(...create, ...words(`--scope scim --use entra --tenant ${tenant}`))
  assert.deepEqual([entra.key, entra.hint], [null, `tenant ${tenant}`])
  const jwks = await cli.run(...create, ...words('--scope scim --use oauth-client --jwks nonsense'))
  assert.deepEqual([jwks.code, /--jwks takes a JSON Web Key Set/.test(jwks.stderr)], [2, true])
})

test('API keys are made, listed and revoked, but not the last one; notices are listed and acknowledged', async () => {
  const { id } = await cli.json('organization', 'create', '--slug', 'intake')
  const inIntake = ['--organization', 'intake']
  const first = await cli.json(...words('api-key create --name first'), ...inIntake)
  assert.match(first.key, /^rc_api_/)
  const refused = await cli.run(...words(`api-key revoke ${first.id} --json`))
  assert.deepEqual([refused.code, JSON.parse(refused.stderr).status], [1, 409])
  await cli.json(...words('api-key create --name second'), ...inIntake)
  assert.ok((await cli.json(...words(`api-key revoke ${first.id}`))).revokedAt !== null)
  assert.equal((await cli.json('api-key', 'list', ...inIntake)).data.length, 1)
  assert.equal((await cli.json('api-key', 'list', '--revoked', ...inIntake)).data.length, 2)
  assert.match(id, /^org_/)
  assert.deepEqual((await cli.json('notice', 'list', ...inIntake)).data, [])
  const unknown = await cli.run('notice', 'acknowledge', 'note_01h4zpwq00e008000000000000', ...inIntake, '--json')
  assert.equal(JSON.parse(unknown.stderr).status, 404)
})
