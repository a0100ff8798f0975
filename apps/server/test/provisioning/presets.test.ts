import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { provisioningRules } from '@rollcall/admin-api'
import { appPresets, presetRules } from '../../src/provisioning/presets/presets.ts'
import { checkRules } from '../../src/provisioning/rules/check-rules.ts'
import { standardSchemas } from '../../src/provisioning/rules/compile-rules.ts'
import { ldapRegistry } from '../../src/provisioning/rules/ldap-schemas.ts'
import { profileOf } from '../../src/provisioning/targets/scim/open-target.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { createFakeTarget } from './fake-target/fake-target.ts'
import { inProcess, openFake } from './fake-target/open-fake.ts'
import { decide, personOf } from './rules-fixture.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
  await admin.createOrganization('acme')
})
after(() => admin[Symbol.asyncDispose]())

const apps = '/api/v1/organizations/acme/apps'
const target = { kind: 'scim', baseUrl: 'https://api.datadoghq.eu/api/v2/scim' }

test('AC-D17: one call with the preset makes the table of Datadog, and an account is what the table says', async () => {
  const made = await admin.send('POST', apps, { body: { name: 'Datadog', preset: 'datadog', target } })
  assert.deepEqual([made.status, made.body.preset, made.body.draftRevision], [201, 'datadog', 1])
  const { body } = await admin.send('GET', `${apps}/${made.body.id}/rules?revision=draft`)
  const rules = provisioningRules.parse(body.rules)
  assert.deepEqual(
    rules.users.mappings.map((mapping) => [mapping.source ?? mapping.expression, mapping.target]),
    [
      ['userPrincipalName', 'userName'],
      ['Not([IsSoftDeleted])', 'active'],
      ['jobTitle', 'title'],
      ['mail', 'emails[type eq "work"].value'],
      ['displayName', 'name.formatted'],
    ],
  )
  assert.equal(rules.teams, undefined)

  const fake = createFakeTarget({ quirks: { keepsExternalId: false, filterable: ['userName'] } })
  const datadog = openFake(fake, {
    profile: profileOf({ preset: 'datadog', target: { ...made.body.target } }),
    send: inProcess(fake),
  })
  const { desired, matches } = decide(rules, personOf({ title: 'Lead' }))
  assert.deepEqual(matches, [[{ attribute: 'userName', value: 'zoe@example.com' }]])
  const account = await datadog.create('user', desired)
  assert.equal(account.kind, 'done')
  const resource = fake.users.all()[0]?.resource
  assert.deepEqual(resource, {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    id: 'u1',
    userName: 'zoe@example.com',
    active: true,
    title: 'Lead',
    emails: [{ type: 'work', value: 'zoe@example.com' }],
    name: { formatted: 'Zoë De Jong' },
  })
})

test('every preset is listed with a profile and rules that nothing is wrong with', async () => {
  const { body } = await admin.send('GET', '/api/v1/organizations/acme/app-presets?limit=100')
  assert.deepEqual(
    body.data.map(({ name }: { readonly name: string }) => name).toSorted(),
    Object.keys(appPresets).toSorted(),
  )
  for (const [name, preset] of Object.entries(appPresets)) {
    // That names can change is a warning that every app gets.
    const schemas = preset.kind === 'ldap' ? { ...standardSchemas, target: ldapRegistry } : standardSchemas
    const errors = checkRules(presetRules(preset), { schemas }).filter(({ severity }) => severity === 'error')
    assert.deepEqual(errors, [], name)
    assert.ok(preset.steps.length > 0 && preset.title !== '')
  }
})

test('what was set by hand wins over what was found, that over the preset, and an unknown preset is refused', async () => {
  const own = {
    kind: 'scim',
    baseUrl: 'https://x.example',
    profile: { pageSize: 10 },
    found: { pageSize: 20, membersMax: 20 },
  } as const
  const { pageSize, membersMax, memberRemoval, writes } = profileOf({ preset: 'aws-identity-center', target: own })
  assert.deepEqual([pageSize, membersMax, memberRemoval, writes], [10, 20, 'values', 'patch'])
  for (const preset of ['nonsense', 'openldap']) {
    const refused = await admin.send('POST', apps, { body: { name: 'X', preset, target } })
    assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/preset'])
  }
})
