import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { ProvisioningRules } from '@rollcall/admin-api'
import { checkRules } from '../../src/provisioning/rules/check-rules.ts'
import type { SourceObject } from '../../src/provisioning/source/source-object.ts'
import { decide, personOf, rulesOf, usualMappings } from './rules-fixture.ts'

/** What is wrong with rules: name, place and position of each finding but warnings of no interest here. */
function find(rules: ProvisioningRules, objects: readonly SourceObject[] = []): readonly string[] {
  return checkRules(rules, { objects })
    .filter(({ rule }) => rule !== 'W-KEY-MUTABLE')
    .map(({ rule, field, position, suggestion }) => [rule, field, position ?? '-', suggestion ?? '-'].join(' '))
}

const withMapping = (mapping: object) => find(rulesOf({ mappings: [...usualMappings, mapping] }))

test('rules as they are usually written have nothing that must be mended', () => {
  assert.deepEqual(find(rulesOf()), [])
})

test('CON-F9: functions are named as Entra names them, in any case, and errors say where and what was meant', () => {
  const mapping = (expression: string) => withMapping({ target: 'title', kind: 'expression', expression })
  assert.deepEqual(mapping('toupper(join("-", [jobTitle], [DEPARTMENT]))'), [])
  // Every example that Microsoft prints is taken, however its names are written.
  const golden: readonly { readonly expression: string; readonly error?: string }[] = JSON.parse(
    readFileSync(join(import.meta.dirname, '../../../../packages/expressions/test/golden.json'), 'utf8'),
  )
  for (const { expression } of golden.filter(({ error }) => error === undefined)) {
    const lower = expression.replaceAll(/\b[A-Z]\w*(?=\()/g, (name) => name.toLowerCase())
    assert.ok(!mapping(lower).some((line) => line.startsWith('E-SYNTAX')), lower)
  }
  assert.deepEqual(mapping('Join("-", ToUper([jobTitle]))'), ['E-SYNTAX users.mappings[4].expression 10 ToUpper'])
  assert.deepEqual(mapping('Left([jobTitle])'), ['E-SYNTAX users.mappings[4].expression 0 -'])
  assert.deepEqual(mapping('Join("-", [jobTilte])'), ['W-DEPS-UNREAD users.mappings[4].expression 10 jobTitle'])
  assert.deepEqual(mapping('Replace([jobTitle], , "(?=x)", , "", , )'), ['E-SYNTAX users.mappings[4].expression 22 -'])
})

test('what a mapping cannot do is found when rules are checked: types, names, randomness, what lacks', () => {
  assert.deepEqual(withMapping({ target: 'title', kind: 'direct' }), ['E-INCOMPLETE users.mappings[4].source - -'])
  assert.deepEqual(withMapping({ target: 'titel', kind: 'direct', source: 'jobTitle' }), [
    'E-TARGET users.mappings[4].source - title',
  ])
  assert.deepEqual(withMapping({ target: 'id', kind: 'direct', source: 'objectId' }), [
    'E-TARGET users.mappings[4].source - -',
  ])
  assert.deepEqual(withMapping({ target: 'title', kind: 'expression', expression: 'Guid()' }), [
    'E-NONDET users.mappings[4].expression 0 onCreate',
  ])
  assert.deepEqual(withMapping({ target: 'title', kind: 'expression', expression: 'Guid()', apply: 'onCreate' }), [])
  assert.deepEqual(withMapping({ target: 'title', kind: 'direct', source: 'otherMails' }), [
    'E-TYPE users.mappings[4].source 0 -',
  ])
  assert.deepEqual(withMapping({ target: 'title', kind: 'none' }), ['E-INCOMPLETE users.mappings[4].default - -'])
  const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
  assert.deepEqual(withMapping({ target: `${urn}:manager`, kind: 'direct', source: 'manager' }), [
    'E-REFERENCE users.mappings[4].kind - reference',
    'E-TYPE users.mappings[4].source 0 -',
  ])
  assert.deepEqual(withMapping({ target: 'urn:example:own:Badge:number', kind: 'constant', value: '1' }), [
    'W-TARGET users.mappings[4].target - -',
  ])
  assert.deepEqual(find(rulesOf({ mappings: usualMappings.slice(1) })), ['E-REQUIRED users.mappings - -'])
})

test('rules that could not disable anybody are refused', () => {
  const [first, , ...others] = usualMappings
  const mappings = [first, ...others]
  assert.deepEqual(find(rulesOf({ mappings })), ['E-DISABLE users.leaving.policy - Not([IsSoftDeleted])'])
  assert.deepEqual(find(rulesOf({ mappings, leaving: { policy: 'delete' } })), [
    'W-DISABLE users.leaving.policy - Not([IsSoftDeleted])',
  ])
  const onCreate = { target: 'active', kind: 'expression', expression: 'Not([IsSoftDeleted])', apply: 'onCreate' }
  assert.deepEqual(find(rulesOf({ mappings: [...mappings, onCreate] })), [
    'E-DISABLE users.leaving.policy - Not([IsSoftDeleted])',
  ])
  const teams = {
    mappings: [{ target: 'displayName', kind: 'direct', source: 'displayName' }],
    matching: [[{ target: 'displayName' }]],
  }
  assert.deepEqual(find(rulesOf({}, { teams })), [])
  assert.deepEqual(find(rulesOf({}, { teams: { ...teams, leaving: { policy: 'disable' } } })), [
    'E-DISABLE teams.leaving.policy - delete',
  ])
  assert.deepEqual(find(rulesOf({ actions: { create: true, update: false, delete: true } })), [
    'W-LEAVERS users.actions - -',
  ])
})

test('a scoping filter is checked clause by clause, and says whom its negations keep out', () => {
  const scope = (clause: object) => rulesOf({ scope: { groups: [[clause]] } })
  assert.deepEqual(find(scope({ attribute: 'department', operator: 'EQUAL', value: 'x' })), [
    'E-SCOPE users.scope.groups[0][0].operator - EQUALS',
  ])
  assert.deepEqual(find(scope({ attribute: 'employeeId', operator: 'Greater_Than', value: 'ten' })), [
    'E-SCOPE users.scope.groups[0][0].value - -',
  ])
  assert.deepEqual(find(scope({ attribute: 'departement', operator: 'IS NULL' })), [
    'W-DEPS-UNREAD users.scope.groups[0][0].attribute - department',
  ])
  const people = [personOf({ userType: 'Employee' }), personOf({}, { display: 'Bo' })]
  const findings = checkRules(scope({ attribute: 'employeeType', operator: 'NOT EQUALS', value: 'Contractor' }), {
    objects: people,
  })
  const trap = findings.find(({ rule }) => rule === 'W-NULLNEG')
  assert.deepEqual(trap?.people, { count: 1, names: ['Bo'] })
  assert.equal(trap?.suggestion, 'NOT EQUALS OR EMPTY')
  const filter = (text: string) => find(rulesOf({ scope: { filter: text } }))
  assert.deepEqual(filter('userType ne "Contractor" and emails[type eq "work"]'), [])
  assert.deepEqual(filter('userType neq "Contractor"'), ['E-SCOPE users.scope.filter 9 -'])
  assert.deepEqual(filter('userTyp eq "x"'), ['E-SCOPE users.scope.filter 0 -'])
})

test('an attribute of a matching rule has a value from somewhere', () => {
  assert.deepEqual(find(rulesOf({ matching: [[{ target: 'externalId' }]] })), [
    'E-MATCH users.matching[0][0].source - -',
  ])
  assert.deepEqual(find(rulesOf({ matching: [[{ target: 'extrnalId', source: 'objectId' }]] })), [
    'E-TARGET users.matching[0][0].target - externalId',
  ])
  assert.deepEqual(find(rulesOf({ matching: [] })), ['W-NOMATCH users.matching - -'])
})

test('a table that is looked up stands in the rules', () => {
  const mapping = { target: 'title', kind: 'expression', expression: 'Rollcall.Lookup("site", [city], "?")' }
  const rules = (rest: object) => rulesOf({ mappings: [...usualMappings, mapping] }, rest)
  assert.deepEqual(find(rules({})), ['E-TABLE users.mappings[4].expression 16 -'])
  const tables = { site: { Paris: 'PAR' } }
  assert.deepEqual(find(rules({ tables })), [])
  const paris = personOf({ addresses: [{ type: 'work', locality: 'Paris' }] })
  assert.equal(decide(rules({ tables }), paris).desired['title'], 'PAR')
  assert.equal(decide(rules({ tables })).desired['title'], '?')
})
