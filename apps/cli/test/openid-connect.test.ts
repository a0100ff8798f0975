import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { temporaryFolder } from '../../server/test/harness/spawn.ts'
import { forgerClient, startForger, type Forger } from '../../server/test/sign-in/openid-forger.ts'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
let forger: Forger
before(async () => {
  cli = await createCliHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8,::1/128' } })
  forger = await startForger(() => cli.application.clock())
  await cli.json('organization', 'create', '--slug', 'acme')
})
after(async () => {
  await cli[Symbol.asyncDispose]()
  await forger[Symbol.asyncDispose]()
})

test('identity-provider makes, changes and checks one of OpenID Connect; its secret comes from a file', async () => {
  using folder = temporaryFolder()
  const secret = join(folder.path, 'secret.txt')
  writeFileSync(secret, `${forgerClient.clientSecret}\n`)
  const inAcme = ['--organization', 'acme']
  const first = ['--issuer', forger.issuer, '--client-id', 'x', '--client-credential-file', secret]
  const made = await cli.json('identity-provider', 'create', ...inAcme, '--type', 'oidc', '--preset', 'okta', ...first)
  assert.equal(made.name, 'Okta')
  assert.ok(made.oidc.settings.scopes.includes('groups'))
  const claims = ['--claim', 'userName=upn', '--claim', 'groups=realm_access.roles', '--scope', 'email']
  const more = ['--client-id', 'rollcall', '--no-single-logout', '--authentication', 'client_secret_post']
  const { oidc } = await cli.json('identity-provider', 'update', made.id, ...inAcme, ...claims, ...more)
  assert.deepEqual(oidc.settings.claims, { userName: 'upn', groups: 'realm_access.roles' })
  assert.deepEqual(
    [oidc.settings.clientId, oidc.settings.singleLogout, oidc.settings.authentication, oidc.settings.scopes],
    ['rollcall', false, 'client_secret_post', ['openid', 'email']],
  )
  const shared = ['--force-authentication', '--just-in-time', '--role', 'member']
  const { settings } = (await cli.json('identity-provider', 'update', made.id, ...inAcme, ...shared)).oidc
  assert.deepEqual([settings.forceAuthentication, settings.justInTime.role], [true, 'member'])
  const checked = await cli.run('identity-provider', 'check', made.id, ...inAcme)
  assert.match(checked.stdout, /^discovery +passed/m)
  const listed = await cli.run('identity-provider', 'list', ...inAcme)
  assert.match(listed.stdout, /oidc +Okta +enabled +https:\/\/rollcall\.test\/oidc\/\S+\/callback/)
  const wrong = await cli.run('identity-provider', 'update', made.id, ...inAcme, '--claim', 'nonsense=x')
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /expected userName, externalId/)
  const without = await cli.run('identity-provider', 'create', ...inAcme, '--type', 'oidc', '--client-id', 'x')
  assert.match(without.stderr, /--issuer and --client-id/)
})
