import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compileRules } from '../../src/provisioning/rules/compile-rules.ts'
import { decide, personOf, rulesOf, usualMappings } from './rules-fixture.ts'

const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager'

test('rules say what of the directory they look at, so that other changes wake nobody', () => {
  const usual = compileRules(rulesOf())
  assert.deepEqual([...usual.users.interests].sort(), [
    'assignment',
    'displayName',
    'emails',
    'name',
    'state',
    'userName',
  ])
  assert.deepEqual(usual.reads({ assignsNested: true }), { assignment: 'nested', manager: 'none', teams: false })
  assert.equal(usual.reads({ assignsNested: false }).assignment, 'direct')
  const everyone = compileRules(rulesOf({}, { assignment: 'everyone' }))
  assert.equal(everyone.reads({ assignsNested: true }).assignment, 'named')
  const mappings = [...usualMappings, { target: 'title', kind: 'direct', source: 'manager.displayName' }]
  const led = compileRules(rulesOf({ mappings }))
  for (const interest of ['manager', 'manager.displayName', manager])
    assert.ok(led.users.interests.has(interest), interest)
  assert.equal(led.reads({ assignsNested: true }).manager, 'whole')
  const scoped = compileRules(rulesOf({ scope: { filter: 'groups.display eq "Crew" and userType pr' } }))
  assert.ok(scoped.users.interests.has('userType'))
  assert.equal(scoped.reads({ assignsNested: true }).teams, true)
})

test('however the manager is written, a reference reads him', () => {
  for (const source of ['manager', 'Manager', manager, `${manager}.value`]) {
    const rules = rulesOf({ mappings: [...usualMappings, { target: manager, kind: 'reference', source }] })
    assert.equal(compileRules(rules).reads({ assignsNested: false }).manager, 'reference')
    const person = personOf({}, { manager: { ...personOf(), id: 'm1' }, managerReference: 'm1' })
    assert.deepEqual(decide(rules, person).references, { [manager]: [{ kind: 'user', id: 'm1' }] })
  }
})

test('an attribute of an extension is read whether or not the rules knew it', () => {
  const mapping = { target: 'title', kind: 'direct', source: 'urn:example:Badge:card.number' }
  const rules = rulesOf({ mappings: [...usualMappings, mapping] })
  assert.ok(compileRules(rules).users.interests.has('urn:example:Badge:card'))
  assert.equal(decide(rules, personOf({ 'urn:example:Badge': { card: { number: '7' } } })).desired['title'], '7')
  assert.equal(decide(rules).desired['title'], null)
})
