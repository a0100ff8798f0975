import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { restoreBackup } from '../../src/backup/restore-backup.ts'
import { writeBackup } from '../../src/backup/write-backup.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { pumpTeamRules } from '../../src/team-rules/pump.ts'
import { workOffTeamRules } from '../../src/team-rules/work-off.ts'
import { createEmptyDatabase } from '../harness/database.ts'
import { patchOf, type Person } from '../teams/team-harness.ts'
import { createRuleHarness, departmentIs, type RuleHarness } from './rule-harness.ts'

// Teams whose people a rule decides.
let teams: RuleHarness
let ada: Person
let bob: Person
let eve: Person

before(async () => {
  teams = await createRuleHarness()
  ada = await teams.employee('ada', 'Sales')
  bob = await teams.employee('bob', 'Finance')
  eve = await teams.employee('eve', 'Sales', { title: 'Lead' })
})
after(() => teams[Symbol.asyncDispose]())

test('a rule brings in whom it wants and takes out who was there by hand, and history names revision and person', async () => {
  const id = await teams.makeTeam('Sellers')
  await teams.api('POST', `/teams/${id}/members`, { body: { members: [ada.id, bob.id] } })
  const result = await teams.rule(id, departmentIs('Sales'))
  assert.deepEqual(result, { state: 'live', revision: 1, entered: 1, left: 1, undecided: 0 })
  assert.deepEqual(await teams.names(id), ['ada', 'eve'])
  const [last] = (await teams.api('GET', `/teams/${id}/history`)).body.data
  assert.deepEqual([last.via, last.ruleRevision, last.joined[0].name, last.left[0].name], ['rule', 1, 'eve', 'bob'])
  const { live, pending, exceptionsCount } = (await teams.api('GET', `/teams/${id}/rule`)).body
  assert.deepEqual(
    [live.revision, live.state, live.entering, live.leaving, pending, exceptionsCount],
    [1, 'live', 1, 1, null, 0],
  )
  assert.deepEqual([(await teams.team(id)).ruleRevision, (await teams.team(id)).locked], [1, ['members']])
})

test('people move by themselves when what the rule reads changes, and only then', async () => {
  const [sales, finance] = [await teams.makeTeam('S'), await teams.makeTeam('F')]
  await teams.rule(sales, departmentIs('Sales'))
  await teams.rule(finance, departmentIs('Finance'))
  await teams.settle()
  const versions = async () => Promise.all([sales, finance].map(async (id) => (await teams.team(id)).version))
  const before = await versions()
  await teams.setDepartment(bob, 'Sales')
  await teams.settle()
  assert.deepEqual([await teams.names(sales), await teams.names(finance)], [['ada', 'bob', 'eve'], []])
  assert.deepEqual(
    await versions(),
    before.map((version) => version + 1),
  )
  await teams.scim('PATCH', `/Users/${bob.scimId}`, patchOf({ op: 'replace', path: 'title', value: 'Clerk' }))
  await teams.settle()
  const { rows } = await teams.admin.application.database.query({ text: 'select user_id from team_rule_work' })
  assert.deepEqual(rows, [])
  assert.deepEqual(
    await versions(),
    before.map((version) => version + 1),
  )
  await teams.setDepartment(bob, 'Finance')
  await teams.settle()
  assert.deepEqual([await teams.names(sales), await teams.names(finance)], [['ada', 'eve'], ['bob']])
})

test('suspended people leave and come back, unless the rule names their state; new people come, deleted ones go', async () => {
  const [usual, all] = [await teams.makeTeam('Usual'), await teams.makeTeam('All')]
  await teams.rule(usual, departmentIs('Sales'))
  const states = ['pending', 'active', 'suspended']
  const scope = { groups: [[departmentIs('Sales')]] }
  await teams.finish(await teams.api('POST', `/teams/${all}/rule`, { body: { scope, states } }))
  await teams.setActive(ada, false)
  await teams.settle()
  assert.deepEqual(await teams.names(usual, '?suspended=true'), ['eve'])
  assert.deepEqual(await teams.names(all, '?suspended=true'), ['ada', 'eve'])
  await teams.setActive(ada, true)
  const kim = await teams.employee('kim', 'Sales')
  await teams.settle()
  assert.deepEqual(await teams.names(usual), ['ada', 'eve', 'kim'])
  await teams.scim('DELETE', `/Users/${kim.scimId}`)
  await teams.settle()
  assert.deepEqual(await teams.names(usual), ['ada', 'eve'])
})

test('exceptions keep people in or out whatever the rule says, with who said so and why', async () => {
  const id = await teams.makeTeam('Excepted')
  await teams.rule(id, departmentIs('Sales'))
  const except = (user: Person, kind: string) =>
    teams.api('POST', `/teams/${id}/rule/exceptions`, { body: { userId: user.id, kind, reason: 'on loan' } })
  assert.equal((await except(bob, 'always')).status, 200)
  assert.equal((await except(eve, 'never')).status, 200)
  await teams.settle()
  assert.deepEqual(await teams.names(id), ['ada', 'bob'])
  const { data } = (await teams.api('GET', `/teams/${id}/rule/exceptions?total=true`)).body
  assert.deepEqual(
    data.map(({ name, kind, reason, madeBy }: Record<string, string>) => [name, kind, reason, madeBy?.split('_')[0]]),
    [
      ['bob', 'always', 'on loan', 'instance:key'],
      ['eve', 'never', 'on loan', 'instance:key'],
    ],
  )
  await teams.api('DELETE', `/teams/${id}/rule/exceptions/${eve.id}`)
  await teams.settle()
  assert.deepEqual(await teams.names(id), ['ada', 'bob', 'eve'])
  await teams.finish(await teams.api('POST', `/teams/${id}/rule/evaluate`))
  assert.deepEqual(await teams.names(id), ['ada', 'bob', 'eve'])
})

test('a rule refuses hands: members, ends, links, sources and adoption; teams within are not its matter', async () => {
  const id = await teams.makeTeam('Closed')
  await teams.rule(id, departmentIs('Sales'))
  const inner = await teams.makeTeam('Inner')
  const refusals = [
    await teams.api('POST', `/teams/${id}/members`, { body: { members: [bob.id] } }),
    await teams.api('DELETE', `/teams/${id}/members/${ada.id}`),
    await teams.api('PATCH', `/teams/${id}/members/${ada.id}`, { body: { until: '2099-01-01' } }),
    await teams.api('PATCH', `/teams/${id}`, { body: { source: 'managed' } }),
  ]
  for (const { status, body } of refusals) {
    assert.equal(status, 409)
    assert.match(body.detail, /The rule of "Closed" \(revision 1\) decides .* exception/)
  }
  assert.equal((await teams.api('POST', `/teams/${id}/members`, { body: { members: [inner] } })).status, 200)
  assert.equal((await teams.api('DELETE', `/teams/${id}/members/${inner}`)).status, 204)
  await teams.api('PATCH', `/connections/${teams.connectionId}`, {
    body: { style: 'rollcall', settings: { invitations: 'none', adoptTeamsByHandle: true } },
  })
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  assert.equal((await teams.scim('POST', '/Groups', { schemas, displayName: 'Closed' })).status, 409)
  assert.deepEqual(await teams.names(id), ['ada', 'eve'])
  const managed = await teams.group('Pushed', [ada])
  const pushed = await teams.teamByName('Pushed')
  assert.ok(managed)
  const scope = { groups: [[departmentIs('Sales')]] }
  const refused = await teams.api('POST', `/teams/${pushed.id}/rule`, { body: { scope } })
  assert.deepEqual([refused.status, refused.body.code], [403, 'managed'])
})

test('a rule that cannot work is refused with the place of the mistake, and nothing changes', async () => {
  const id = await teams.makeTeam('Wrong')
  const cases = [
    [
      { groups: [[{ attribute: 'department', operator: 'EQUAL', value: 'x' }]] },
      '/scope/groups/0/0/operator',
      /EQUALS/,
    ],
    [
      { groups: [[{ attribute: 'departmnt', operator: 'EQUALS', value: 'x' }]] },
      '/scope/groups/0/0/attribute',
      /department/,
    ],
    [{ groups: [[{ attribute: 'groups', operator: 'EQUALS', value: 'x' }]] }, '/scope/groups', /groups/],
    [{ filter: 'title eq' }, '/scope/filter', /./],
    [{ filter: 'groups.display eq "x"' }, '/scope/filter', /depend on itself/],
  ] as const
  for (const [scope, pointer, says] of cases)
    for (const path of ['rule', 'rule/preview']) {
      const refused = await teams.api('POST', `/teams/${id}/${path}`, { body: { scope } })
      assert.equal(refused.status, 400, JSON.stringify(refused.body))
      assert.equal(refused.body.errors[0].pointer, pointer)
      assert.match(refused.body.detail, says)
    }
  assert.equal((await teams.api('GET', `/teams/${id}/rule`)).body.pending, null)
})

test('a preview counts and names who enters, leaves and is undecided, warns, and changes nothing', async () => {
  const id = await teams.makeTeam('Seen')
  await teams.api('POST', `/teams/${id}/members`, { body: { members: [bob.id, eve.id] } })
  const scope = { groups: [[departmentIs('Sales')]] }
  const seen = await teams.finish(await teams.api('POST', `/teams/${id}/rule/preview`, { body: { scope } }))
  assert.deepEqual([seen['entering'], seen['leaving'], seen['staying'], seen['needsApproval']], [1, 1, 1, false])
  assert.deepEqual(seen['names'], {
    entering: [{ userId: ada.id, name: 'ada' }],
    leaving: [{ userId: bob.id, name: 'bob' }],
    undecided: [],
  })
  const filter = { filter: 'title eq "Lead"' }
  const second = await teams.finish(await teams.api('POST', `/teams/${id}/rule/preview`, { body: { scope: filter } }))
  assert.deepEqual([second['entering'], second['leaving']], [0, 1])
  await teams.scim('PATCH', `/Users/${ada.scimId}`, patchOf({ op: 'add', path: 'nickName', value: 'four' }))
  const numbers = { groups: [[{ attribute: 'nickName', operator: 'Greater_Than', value: '3' }]] }
  const third = await teams.finish(await teams.api('POST', `/teams/${id}/rule/preview`, { body: { scope: numbers } }))
  assert.equal(third['undecided'], 1)
  const negated = { groups: [[{ attribute: 'title', operator: 'NOT EQUALS', value: 'Boss' }]] }
  const fourth = await teams.finish(await teams.api('POST', `/teams/${id}/rule/preview`, { body: { scope: negated } }))
  assert.match(JSON.stringify(fourth['findings']), /W-NULLNEG/)
  assert.deepEqual(await teams.names(id), ['bob', 'eve'])
})

test('rules read the manager too: whoever is led by somebody who changes moves', async () => {
  const id = await teams.makeTeam('Led')
  const boss = await teams.employee('boss', 'Board')
  const manager = { 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { manager: { value: boss.scimId } } }
  await teams.scim('PATCH', `/Users/${bob.scimId}`, patchOf({ op: 'add', value: manager }))
  await teams.rule(id, { attribute: 'manager.department', operator: 'EQUALS', value: 'Research' })
  assert.deepEqual(await teams.names(id), [])
  await teams.settle()
  await teams.setDepartment(boss, 'Research')
  await teams.settle()
  assert.deepEqual(await teams.names(id), ['bob'])
})

test('without its rule a team keeps its people, for hands; a restored one is compared with everybody', async () => {
  const id = await teams.makeTeam('Back')
  await teams.rule(id, departmentIs('Sales'))
  teams.admin.application.clock.advance(1_000)
  assert.equal((await teams.api('DELETE', `/teams/${id}`)).status, 204)
  const lee = await teams.employee('lee', 'Sales')
  await teams.settle()
  assert.equal((await teams.api('POST', `/teams/${id}/restore`)).status, 200)
  assert.deepEqual(await teams.names(id), ['ada', 'eve'])
  await teams.settle()
  await teams.runs()
  assert.deepEqual(await teams.names(id), ['ada', 'eve', 'lee'])
  assert.equal((await teams.api('DELETE', `/teams/${id}/rule`)).status, 204)
  await teams.setDepartment(lee, 'Finance')
  await teams.settle()
  assert.deepEqual(await teams.names(id), ['ada', 'eve', 'lee'])
  assert.equal((await teams.api('DELETE', `/teams/${id}/members/${lee.id}`)).status, 204)
  assert.equal((await teams.api('DELETE', `/teams/${id}/rule`)).status, 409)
  const states = (await teams.api('GET', `/teams/${id}/rule/revisions?total=true`)).body
  assert.deepEqual([states.data[0].state, states.total], ['ended', 1])
})

test('a restored backup compares every ruled team with everybody, and goes on hearing of changes', async () => {
  const id = await teams.makeTeam('Kept')
  await teams.rule(id, departmentIs('Sales'))
  const { database, clock } = teams.admin.application
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-rules-'))
  const file = join(folder, 'rules.rcb')
  const secret = { kind: 'passphrase', passphrase: 'correct horse battery' } as const
  // Of what happened just before the backup no worker has heard.
  await teams.setDepartment(bob, 'Sales')
  await writeBackup(database, { file, secret, clock, version: '0.1.0' })
  await using restored = await createEmptyDatabase()
  await restoreBackup(restored.database, { file, secret, clock, force: false })
  rmSync(folder, { recursive: true })
  const parts = { ...teams.admin.application.application.parts, database: restored.database }
  await workOffAllRuns(parts, new AbortController().signal)
  await pumpTeamRules(restored.database, { clock })
  await workOffTeamRules(restored.database, { clock })
  const { rows } = await restored.database.query<{ name: string }>(
    {
      text: `select u.display as name from memberships m join users u on u.id = m.member_id
        join teams t on t.id = m.team_id where t.handle = 'kept' and t.deleted_at is null order by 1`,
    },
    [],
  )
  assert.ok(rows.some(({ name }) => name === 'bob'))
  await teams.setDepartment(bob, 'Finance')
})
