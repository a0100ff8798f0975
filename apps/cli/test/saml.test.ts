import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { temporaryFolder } from '../../server/test/harness/spawn.ts'
import { createPair, metadataOf } from '../../server/test/sign-in/saml-provider.ts'
import { signMetadata } from '../../server/test/sign-in/saml-signed-metadata.ts'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
})
after(() => cli[Symbol.asyncDispose]())

const inAcme = ['--organization', 'acme']

test('identity-provider makes one of SAML from a file, changes it, rolls its key over and maps values to roles', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'metadata.xml')
  writeFileSync(file, metadataOf([(await createPair()).certificate]))
  const made = await cli.json('identity-provider', 'create', ...inAcme, '--preset', 'okta', '--metadata-file', file)
  assert.equal(made.saml.identityProvider.entityId, 'https://idp.example.com/metadata')
  const unsigned = await cli.run(
    'identity-provider',
    'update',
    made.id,
    ...inAcme,
    '--metadata-signer',
    'ab'.repeat(32),
  )
  assert.match(unsigned.stderr, /send it again as metadataXml/)
  const signer = await createPair()
  const pem = join(folder.path, 'signer.pem')
  writeFileSync(pem, signer.certificate)
  const metadata = metadataOf([signer.certificate]).replace('<EntityDescriptor ', '<EntityDescriptor ID="_m" ')
  writeFileSync(file, signMetadata(metadata, signer))
  const pins = ['--metadata-file', file, '--metadata-signer', pem, '--metadata-signer', 'ab'.repeat(32)]
  const pinned = await cli.json('identity-provider', 'update', made.id, ...inAcme, ...pins)
  const { metadataSigners } = pinned.saml.identityProvider
  assert.deepEqual([metadataSigners.length, metadataSigners[0].pem], [2, signer.certificate])
  const unpinned = await cli.json('identity-provider', 'update', made.id, ...inAcme, '--no-metadata-signer')
  assert.deepEqual(unpinned.saml.identityProvider.metadataSigners, [])
  const options = [
    '--attribute',
    'email=mail',
    '--force-authentication',
    '--sign-metadata',
    '--name-id',
    'emailAddress',
    '--just-in-time',
  ]
  const { saml } = await cli.json('identity-provider', 'update', made.id, ...inAcme, ...options)
  assert.deepEqual(saml.settings.attributes, { email: 'mail' })
  assert.deepEqual([saml.settings.forceAuthentication, saml.settings.nameIdFormat], [true, 'emailAddress'])
  assert.deepEqual([saml.settings.justInTime.enabled, saml.settings.signMetadata], [true, true])
  const rolled = await cli.json('identity-provider', 'roll-over', made.id, ...inAcme, '--step', 'publish')
  assert.equal(rolled.saml.serviceProvider.certificates.length, 2)
  const mapping = ['--role', 'groups=IT=admin', '--roles', 'on']
  const preview = await cli.json('sign-in-mapping', 'preview', made.id, ...inAcme, ...mapping)
  assert.equal(preview.counts.people, 0)
  await cli.json('sign-in-mapping', 'set', made.id, ...inAcme, ...mapping, '--yes')
  const shown = await cli.run('sign-in-mapping', 'show', made.id, ...inAcme)
  assert.match(shown.stdout, /groups +IT +admin/)
  const presets = await cli.run('identity-provider', 'presets', ...inAcme, '--preset', 'entra')
  assert.match(presets.stdout, /claims\/objectidentifier +externalId/)
  const failures = await cli.json('sign-in-failure', 'list', ...inAcme)
  assert.deepEqual(failures.data, [])
})
