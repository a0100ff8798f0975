import assert from 'node:assert/strict'
import test from 'node:test'
import { provisioningRules } from '@rollcall/admin-api'
import { activeDirectory } from '../../../src/provisioning/presets/ldap.ts'
import { fakeBind, startFakeLdap } from '../../ldap/fake-server/fake-server.ts'
import { createAppCaller } from '../app-caller.ts'
import { createEngineHarness } from '../engine-harness.ts'
import { makeSearchedPlan, withoutComparer } from '../searched-plan.ts'
import { fakeSettings, openFakeDirectory, valueOf } from './open-fake-directory.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const peopleCount = 40
const rules = provisioningRules.parse({
  ...activeDirectory.rules,
  assignment: 'everyone',
  users: {
    ...activeDirectory.rules.users,
    adoption: 'adopt',
    matching: [
      [{ target: 'employeeID', source: 'employeeId' }],
      [{ target: 'telephoneNumber', source: 'telephoneNumber' }],
      [{ target: 'mail', source: 'mail' }],
    ],
  },
})

test('a plan says the same of everybody, whether it lists a directory or searches for each (Active Directory, emulated)', async (context) => {
  await using fake = await startFakeLdap({ tls: 'full' })
  const target = openFakeDirectory(context, fake)
  for (let n = 0; n < peopleCount; n++) {
    const account = { cn: `Account ${n}`, sn: `${n}`, sAMAccountName: `account${n}`, accountDisabled: false }
    // Every third by number, some in another case; one mail for two; telephones written in two ways.
    const more = {
      ...(n % 3 === 0 && { employeeID: n % 2 === 0 ? `E-${n}` : `e-${n}` }),
      ...(n % 3 === 1 && { mail: `P${n - (n % 4)}@example.com` }),
      ...(n % 3 === 2 && { telephoneNumber: n % 2 === 0 ? `+49 30 ${n}` : `+49-30-${n}` }),
    }
    valueOf(await target.create('user', { ...account, ...more }))
  }
  const credentials = { kind: 'ldap', ...fakeBind } as const
  const directory = { target: fakeSettings(fake, { pageSize: 10 }), credentials }
  await using harness = await createEngineHarness({ rules, directory })
  for (let n = 0; n < peopleCount; n++)
    await harness.createPerson(`p${n}@example.com`, {
      displayName: `Person ${n}`,
      name: { givenName: 'Person', familyName: `${n}` },
      emails: [{ value: `p${n}@example.com`, type: 'work', primary: true }],
      phoneNumbers: [{ value: `+49 30 ${n}`, type: 'work' }],
      [enterprise]: { employeeNumber: `E-${n}` },
    })
  const call = await createAppCaller(harness)
  const listed = await makeSearchedPlan(harness, call)
  const searched = await makeSearchedPlan(harness, call, withoutComparer)
  assert.notEqual(listed.plan.search.by, 'searches')
  assert.ok(listed.plan.search.accountsRead >= peopleCount)
  assert.equal(listed.plan.search.accountsTotal, null)
  assert.deepEqual(listed.operations, searched.operations)
  assert.deepEqual([listed.plan.counts, listed.plan.counts.unsearched], [searched.plan.counts, 0])
  const reasons = new Set([...listed.operations.values()].map(([, , reason]) => reason))
  for (const reason of ['Created', 'Adopted', 'Ambiguous']) assert.ok(reasons.has(reason), reason)
  context.diagnostic(`${listed.plan.summary}; ${JSON.stringify(listed.plan.search)}`)
})
