import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { patchOf } from '../teams/team-harness.ts'
import { createRuleHarness, departmentIs, type RuleHarness } from './rule-harness.ts'

// A rule by which too many would leave waits for a person. The organization has 220 people: the guard counts from 200 on.
let teams: RuleHarness
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise]

before(async () => {
  teams = await createRuleHarness()
  const operations = Array.from({ length: 220 }, (_, index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${index}`,
    data: {
      schemas,
      userName: `p${String(index).padStart(3, '0')}`,
      displayName: `p${String(index).padStart(3, '0')}`,
      active: true,
      [enterprise]: { department: index < 120 ? 'Sales' : 'Finance' },
    },
  }))
  for (let start = 0; start < operations.length; start += 110) {
    const body = {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations: operations.slice(start, start + 110),
    }
    assert.equal((await teams.scim('POST', '/Bulk', body)).status, 200)
  }
})
after(() => teams[Symbol.asyncDispose]())

const countOf = async (id: string): Promise<number> => (await teams.team(id)).peopleCount
const financeOnly = { scope: { groups: [[departmentIs('Finance')]] } }

test('a rule by which more leave than the threshold is held by name, and what decided before goes on', async () => {
  const id = await teams.makeTeam('Held')
  await teams.rule(id, departmentIs('Sales'))
  assert.equal(await countOf(id), 120)
  const seen = await teams.finish(await teams.api('POST', `/teams/${id}/rule/preview`, { body: financeOnly }))
  assert.deepEqual([seen['leaving'], seen['threshold'], seen['needsApproval']], [120, 50, true])
  const held = await teams.finish(await teams.api('POST', `/teams/${id}/rule`, { body: financeOnly }))
  assert.deepEqual(held, { state: 'held', revision: 2, entering: 100, leaving: 120, undecided: 0 })
  const { live, pending } = (await teams.api('GET', `/teams/${id}/rule`)).body
  assert.deepEqual([live.revision, pending.state, pending.leaving, pending.threshold], [1, 'held', 120, 50])
  const page = (await teams.api('GET', `/teams/${id}/rule/leaving?limit=200&total=true`)).body
  assert.deepEqual([page.data.length, page.total, page.data[0].name], [120, 120, 'p000'])
  assert.equal(await countOf(id), 120)
  // Meanwhile the first revision decides.
  const first = (await teams.scim('GET', `/Users?filter=${encodeURIComponent('userName eq "p000"')}`)).body.Resources[0]
  await teams.scim(
    'PATCH',
    `/Users/${first.id}`,
    patchOf({ op: 'replace', path: `${enterprise}:department`, value: 'IT' }),
  )
  await teams.settle()
  assert.equal(await countOf(id), 119)
})

test('an approval carries it out with the name of who gave it; a discarded one leaves everything as it was', async () => {
  const id = await teams.makeTeam('Decided')
  await teams.rule(id, departmentIs('Sales'))
  await teams.finish(await teams.api('POST', `/teams/${id}/rule`, { body: financeOnly }))
  const dropped = (await teams.api('POST', `/teams/${id}/rule/discard`)).body
  assert.deepEqual([dropped.live.revision, dropped.pending], [1, null])
  assert.equal((await teams.api('POST', `/teams/${id}/rule/approve`)).status, 409)
  await teams.finish(await teams.api('POST', `/teams/${id}/rule`, { body: financeOnly }))
  const done = await teams.finish(await teams.api('POST', `/teams/${id}/rule/approve`))
  assert.deepEqual([done['state'], done['entered'], done['left']], ['live', 100, 119])
  const { live } = (await teams.api('GET', `/teams/${id}/rule`)).body
  assert.deepEqual([live.revision, live.decidedBy.split('_')[0]], [3, 'instance:key'])
  const states = (await teams.api('GET', `/teams/${id}/rule/revisions`)).body.data
  assert.deepEqual(
    states.map((each: { state: string }) => each.state),
    ['live', 'discarded', 'replaced'],
  )
  const { rows } = await teams.admin.application.database.query({
    text: 'select 1 from team_rule_leaving l join team_rules r using (organization_id, team_id) where r.pending_revision is null',
  })
  assert.deepEqual(rows, [])
})

test('several smaller changes within an hour add up to one that is held', async () => {
  const id = await teams.makeTeam('Pieces')
  await teams.rule(id, { attribute: 'displayName', operator: 'REGEX MATCH', value: 'p[01][0-9]{2}' })
  const without = (digits: string) =>
    teams.rule(id, { attribute: 'displayName', operator: 'REGEX MATCH', value: digits })
  const small = await without('p(0[4-9]|1[0-9])[0-9]')
  assert.deepEqual([small['state'], small['left']], ['live', 40])
  const more = await without('p(0[7-9]|1[0-9])[0-9]')
  assert.deepEqual([more['state'], more['leaving']], ['held', 30])
  await teams.api('POST', `/teams/${id}/rule/discard`)
  teams.admin.application.clock.advance(61 * 60_000)
  assert.equal((await without('p(0[7-9]|1[0-9])[0-9]'))['state'], 'live')
})
