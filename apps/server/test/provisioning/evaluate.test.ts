import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, personOf, rulesOf, usualMappings } from './rules-fixture.ts'

test('an assigned person gets what the mappings say, and queries to be found by', () => {
  const made = decide(rulesOf())
  assert.equal(made.failure, undefined)
  assert.equal(made.isInScope, true)
  assert.deepEqual(made.desired, {
    userName: 'zoe@example.com',
    active: true,
    displayName: 'Zoë De Jong',
    'emails[type eq "work"].value': 'zoe@example.com',
  })
  assert.deepEqual(made.matches, [[{ attribute: 'userName', value: 'zoe@example.com' }]])
})

test('AC-E28: IsSoftDeleted is true for each of its four causes, and only then', () => {
  const rules = rulesOf({ scope: { groups: [[{ attribute: 'department', operator: 'EQUALS', value: 'Sales' }]] } })
  const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
  const sales = { [urn]: { department: 'Sales' } }
  const active = (person = personOf(sales)) => {
    const made = decide(rules, person, { isLinked: true })
    return [made.leaving, made.desired['active'], made.destructiveClass]
  }
  assert.deepEqual(active(), [undefined, true, undefined])
  const unassigned = { isDirect: false, teamIds: [] }
  assert.deepEqual(active(personOf(sales, { assignment: unassigned })), ['NotAssigned', false, 'disable'])
  assert.deepEqual(active(personOf({ [urn]: { department: 'HR' } })), ['OutOfScope', false, 'disable'])
  assert.deepEqual(active(personOf(sales, { state: 'deprovisioned' })), ['SourceDeleted', false, 'disable'])
  assert.deepEqual(active(personOf(sales, { state: 'suspended' })), ['SourceDisabled', false, 'disable'])
})

test('AC-E26: a default is applied on create and never on update', () => {
  const mappings = [...usualMappings, { target: 'title', kind: 'direct', source: 'jobTitle', default: 'Employee' }]
  const made = decide(rulesOf({ mappings }))
  assert.deepEqual([made.onCreate['title'], 'title' in made.desired], ['Employee', false])
  const updated = decide(rulesOf({ mappings }), personOf(), { isLinked: true })
  assert.deepEqual('title' in updated.desired, false)
})
