import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { pumpTeamRules } from '../../src/team-rules/pump.ts'
import { workOffTeamRules } from '../../src/team-rules/work-off.ts'
import { seedUsers } from '../directory/seed.ts'
import { patchOf } from '../teams/team-harness.ts'
import { createRuleHarness, departmentIs, type RuleHarness } from './rule-harness.ts'

// Several workers at once, and workers that die. 2,500 people in 50 departments.
const people = 2_500
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
let teams: RuleHarness

before(async () => {
  teams = await createRuleHarness()
  const { rows } = await teams.admin.application.database.query<{ organizationId: string; id: string }>({
    text: 'select organization_id as "organizationId", id from connections',
  })
  const [connection] = rows
  assert.ok(connection !== undefined)
  const scope = { organizationId: connection.organizationId, connectionId: connection.id }
  await seedUsers(teams.admin.application.database, scope, { count: people })
})
after(() => teams[Symbol.asyncDispose]())

const membersOf = async (teamId: string): Promise<readonly string[]> => {
  const text = `select u.document::json ->> 'userName' as name from memberships m join users u on u.id = m.member_id
    join teams t on t.id = m.team_id where t.handle = $1 order by 1`
  const { rows } = await teams.admin.application.database.query<{ name: string }>({ text }, [teamId])
  return rows.map(({ name }) => name)
}
const wantedBy = async (department: string): Promise<readonly string[]> => {
  const text = `select document::json ->> 'userName' as name from users
    where document::json -> '${enterprise}' ->> 'department' = $1 and scim_id is not null order by 1`
  const { rows } = await teams.admin.application.database.query<{ name: string }>({ text }, [department])
  return rows.map(({ name }) => name)
}

test('a run that is stopped in the middle goes on where it was, and nobody is moved twice', async () => {
  const id = await teams.makeTeam('stopped')
  const scope = { groups: [[departmentIs('Department 1')]] }
  const accepted = await teams.api('POST', `/teams/${id}/rule`, { body: { scope } })
  const { parts } = teams.admin.application.application
  let turns = 0
  for (let state = 'queued'; state !== 'done' && turns < 20; turns++) {
    // Each worker gets so far and is stopped: after its first pieces, whichever they are.
    const stopping = new AbortController()
    const working = workOffAllRuns(parts, stopping.signal)
    setTimeout(() => stopping.abort(), 25 * (turns + 1))
    await working.catch(() => {})
    teams.admin.application.clock.advance(60_000)
    state = (await teams.api('GET', `/runs/${accepted.body.id}`)).body.state
  }
  const { state, result } = (await teams.api('GET', `/runs/${accepted.body.id}`)).body
  assert.deepEqual([state, result.entered, result.left], ['done', people / 50, 0])
  assert.deepEqual(await membersOf('stopped'), await wantedBy('Department 1'))
  const { data } = (await teams.api('GET', `/teams/${id}/history?limit=200`)).body
  const joined = data.flatMap((each: { joined: { id: string }[] }) => each.joined.map((one) => one.id))
  assert.equal(new Set(joined).size, joined.length)
})

test('whatever runs at once, in the end exactly those are in whom the rule wants', async () => {
  const id = await teams.makeTeam('raced')
  await teams.rule(id, departmentIs('Department 7'))
  const { database, clock } = { ...teams.admin.application.application.parts }
  const found = (await teams.scim('GET', '/Users?count=60')).body.Resources
  let isOver = false
  const goesOn = () => !isOver
  const change = async () => {
    for (let step = 0; step < 120; step++) {
      const { id: scimId } = found[(step * 7) % found.length]
      const value = step % 3 === 0 ? 'Department 8' : 'Department 7'
      await teams.scim('PATCH', `/Users/${scimId}`, patchOf({ op: 'replace', path: `${enterprise}:department`, value }))
    }
    isOver = true
  }
  const work = async () => {
    while (goesOn()) await workOffTeamRules(database, { clock })
  }
  const hear = async () => {
    while (goesOn()) await pumpTeamRules(database, { clock })
  }
  const compare = async () => {
    while (goesOn()) {
      await teams.api('POST', `/teams/${id}/rule/evaluate`)
      await workOffAllRuns(teams.admin.application.application.parts, new AbortController().signal)
    }
  }
  await Promise.all([change(), work(), work(), hear(), compare()])
  await teams.settle()
  assert.deepEqual(await membersOf('raced'), await wantedBy('Department 7'))
})
