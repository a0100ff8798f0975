import { parseTypeId } from '@rollcall/admin-api'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { pumpTeamRules } from '../../src/team-rules/pump.ts'
import { workOffTeamRules } from '../../src/team-rules/work-off.ts'
import { createEngineHarness, type EngineHarness } from '../provisioning/engine-harness.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** What all workers do, until nothing is left: rules move people, and the app hears of it. */
async function settle(harness: EngineHarness): Promise<void> {
  const { database, clock, application } = harness.server
  await workOffAllRuns(application.parts, new AbortController().signal)
  await pumpTeamRules(database, { clock })
  await workOffTeamRules(database, { clock })
  await harness.settle()
}

async function createRuledTeam(harness: EngineHarness, name: string, department: string): Promise<string> {
  const { secret } = await harness.tenant.createKey({ scopes: ['admin:enterprise'] })
  const post = async (path: string, body: object) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return harness.server.send(`/api/v1/organizations/acme/teams${path}`, init)
  }
  const { id } = (await post('', { name })).body
  const scope = { groups: [[{ attribute: 'department', operator: 'EQUALS', value: department }]] }
  assert.equal((await post(`/${id}/rule`, { scope })).status, 202)
  await settle(harness)
  return parseTypeId('team', id) ?? ''
}

test('a mover whose department changes over SCIM leaves one team, enters another, and the apps of both hear of it', async () => {
  await using harness = await createEngineHarness()
  const sales = await createRuledTeam(harness, 'Sales', 'Sales')
  const finance = await createRuledTeam(harness, 'Finance', 'Finance')
  await harness.assign({ kind: 'team', id: sales })
  const person = await harness.createPerson('bob@example.com', { [enterprise]: { department: 'Finance' } })
  await settle(harness)
  const teamsOf = async () => {
    const rows = await harness.rows<{ team: string }>(
      `select team_id as team from memberships where organization_id = $1 and $2::uuid is not null and member_id = '${person}'`,
    )
    return rows.map(({ team }) => team)
  }
  assert.deepEqual(await teamsOf(), [finance])
  assert.equal(harness.fake.users.size, 0)

  const move = (department: string) =>
    harness.patchPerson(person, [{ op: 'replace', path: `${enterprise}:department`, value: department }])
  await move('Sales')
  await settle(harness)
  assert.deepEqual(await teamsOf(), [sales])
  const accounts = () => harness.fake.users.all().map(({ resource }) => [resource['userName'], resource['active']])
  assert.deepEqual(accounts(), [['bob@example.com', true]])

  await move('Finance')
  await settle(harness)
  assert.deepEqual(await teamsOf(), [finance])
  assert.deepEqual(accounts(), [['bob@example.com', false]])
})
