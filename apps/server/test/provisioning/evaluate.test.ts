import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProvisioningRules } from '@rollcall/admin-api'
import { explainObject } from '../../src/provisioning/evaluate/explain-object.ts'
import { printDesired } from '../../src/provisioning/desired.ts'
import { redactDetail } from '../../src/provisioning/log/redact-detail.ts'
import { reasons } from '../../src/provisioning/reasons.ts'
import { compileRules } from '../../src/provisioning/rules/compile-rules.ts'
import type { SourcePerson, SourceTeam } from '../../src/provisioning/source/source-object.ts'
import { decide, now, personOf, rulesOf, usualMappings } from './rules-fixture.ts'

const urn = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const nobody = { isDirect: false, teamIds: [] }

/** What one mapping besides the usual ones yields for a new account and for one that exists. */
function map(mapping: object, person = personOf()) {
  const rules = rulesOf({ mappings: [...usualMappings, mapping] })
  const made = decide(rules, person)
  const updated = decide(rules, person, { isLinked: true })
  const path = 'target' in mapping && typeof mapping.target === 'string' ? mapping.target : ''
  const show = ({ desired, onCreate, ifEmpty, failure }: typeof made) => ({
    ...(path in desired && { sent: desired[path] }),
    ...(path in onCreate && { onCreate: onCreate[path] }),
    ...(path in ifEmpty && { ifEmpty: ifEmpty[path] }),
    ...(failure && { failure: failure.reason }),
  })
  return { create: show(made), update: show(updated) }
}

test('an assigned person gets what the mappings say, and queries to be found by', () => {
  const made = decide(rulesOf())
  assert.deepEqual(
    [made.isInScope, made.isSoftDeleted, made.leaving, made.skip, made.failure],
    [true, false, undefined, undefined, undefined],
  )
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
  const sales = { [urn]: { department: 'Sales' } }
  const active = (person = personOf(sales)) => {
    const { leaving, desired, destructiveClass } = decide(rules, person, { isLinked: true })
    return [leaving, desired['active'], destructiveClass]
  }
  assert.deepEqual(active(), [undefined, true, undefined])
  assert.deepEqual(active(personOf(sales, { state: 'pending' })), [undefined, true, undefined])
  assert.deepEqual(active(personOf(sales, { assignment: nobody })), ['NotAssigned', false, 'disable'])
  assert.deepEqual(active(personOf({ [urn]: { department: 'HR' } })), ['OutOfScope', false, 'disable'])
  assert.deepEqual(active(personOf(sales, { state: 'deprovisioned' })), ['SourceDeleted', false, 'disable'])
  assert.deepEqual(active(personOf(sales, { state: 'suspended' })), ['SourceDisabled', false, 'disable'])
  // Who is gone for good is deleted, unless deletions are off.
  assert.deepEqual(active(personOf({}, { state: 'deprovisioned', isPurged: true })), ['SourcePurged', false, 'delete'])
})

test('AC-E26: direct, constant, expression and none; a default on create only; always, on create, if empty', () => {
  const titled = personOf({ title: 'Lead' })
  assert.deepEqual(map({ target: 'title', kind: 'direct', source: 'jobTitle' }, titled), {
    create: { sent: 'Lead' },
    update: { sent: 'Lead' },
  })
  assert.deepEqual(map({ target: 'title', kind: 'constant', value: 'Staff' }), {
    create: { sent: 'Staff' },
    update: { sent: 'Staff' },
  })
  assert.deepEqual(map({ target: 'title', kind: 'expression', expression: 'ToUpper([jobTitle])' }, titled), {
    create: { sent: 'LEAD' },
    update: { sent: 'LEAD' },
  })
  assert.deepEqual(map({ target: 'title', kind: 'none', default: 'Staff' }, titled), {
    create: { ifEmpty: 'Staff' },
    update: { ifEmpty: 'Staff' },
  })
  // The default of Entra: for a new account where there is no value, and never on update.
  const withDefault = { target: 'title', kind: 'direct', source: 'jobTitle', default: 'Staff' }
  assert.deepEqual(map(withDefault), { create: { onCreate: 'Staff' }, update: {} })
  assert.deepEqual(map(withDefault, titled), { create: { sent: 'Lead' }, update: { sent: 'Lead' } })
  const once = { target: 'title', kind: 'direct', source: 'jobTitle', apply: 'onCreate' }
  assert.deepEqual(map(once, titled), { create: { onCreate: 'Lead' }, update: {} })
  assert.deepEqual(map({ ...once, apply: 'ifEmpty' }, titled), {
    create: { ifEmpty: 'Lead' },
    update: { ifEmpty: 'Lead' },
  })
})

test('what has no value is cleared or kept as the mapping says; an empty text of an expression is a value', () => {
  const direct = { target: 'title', kind: 'direct', source: 'jobTitle' }
  assert.deepEqual(map(direct).update, { sent: null })
  assert.deepEqual(map({ ...direct, onNull: 'keep' }).update, {})
  assert.deepEqual(map({ target: 'title', kind: 'expression', expression: 'Left([jobTitle], 3)' }).update, { sent: '' })
  const ignoring = { target: 'title', kind: 'expression', expression: 'IgnoreFlowIfNullOrEmpty([jobTitle])' }
  assert.deepEqual(map(ignoring).update, {})
  // An empty list of roles is a value that clears them.
  const roles = {
    target: 'roles',
    kind: 'expression',
    expression: 'AssertiveAppRoleAssignmentsComplex([appRoleAssignments])',
  }
  assert.deepEqual(map(roles).update, { sent: [] })
})

test('a mapping that fails names its attribute, or is left out where it may be; a leaver is disabled all the same', () => {
  const failing = { target: 'title', kind: 'expression', expression: 'Item([otherMails], 3)' }
  const rules = rulesOf({ mappings: [...usualMappings, failing] })
  const mails = personOf({ emails: [{ value: 'a@x.example', primary: true }, { value: 'b@x.example' }] })
  const { failure } = decide(rules, mails)
  assert.deepEqual([failure?.reason, failure?.attribute, failure?.position], ['ExpressionFailed', 'title', 19])
  assert.match(failure?.detail ?? '', /there are 1 values/)
  assert.equal(map({ ...failing, onError: 'skip' }, mails).create.failure, undefined)
  const leaver = decide(rules, { ...mails, state: 'suspended' }, { isLinked: true })
  assert.deepEqual([leaver.failure, leaver.desired], [undefined, { active: false }])
  const gone = decide(rules, { ...mails, assignment: nobody }, { isLinked: true })
  assert.deepEqual([gone.failure, gone.desired], [undefined, { active: false }])
})

test('an attribute that the app requires is not sent empty', () => {
  const nameless = decide(rulesOf(), personOf({ userName: '' }))
  assert.deepEqual([nameless.failure?.reason, nameless.failure?.attribute], ['RequiredValueMissing', 'userName'])
})

test('AC-E35: why nothing is made for somebody is said in the words of Entra', () => {
  const scope = { groups: [[{ attribute: 'department', operator: 'EQUALS', value: 'Sales' }]] }
  const why = (rules: ProvisioningRules, person: SourcePerson) => {
    const { evaluation, steps } = explainObject(compileRules(rules), person, { now, isLinked: false })
    const meaning = evaluation.skip === undefined ? '' : reasons[evaluation.skip].meaning
    assert.ok(steps.some(({ status, message }) => status === 'skipped' && message === meaning))
    return `${evaluation.skip} ${meaning}`
  }
  assert.match(why(rulesOf({ scope }), personOf()), /^OutOfScope .*out of scope/)
  assert.match(why(rulesOf(), personOf({}, { assignment: nobody })), /^NotAssigned .*not effectively entitled/)
  const matching = [[{ target: 'externalId', source: 'employeeId' }]]
  assert.match(why(rulesOf({ matching }), personOf()), /^MatchingValueMissing Missing matching value/)
  assert.match(why(rulesOf(), personOf({}, { state: 'suspended' })), /^SourceDisabled .*suspended/)
})

test('AC-E36: what Redact hides is sent, and stands in no explanation and in no row of the log', () => {
  const secret = 'tax-4711-0815'
  const hidden = { target: 'title', kind: 'expression', expression: 'Redact(Append("no ", [employeeId]))' }
  const rules = rulesOf({
    mappings: [...usualMappings, hidden],
    scope: { groups: [[{ attribute: 'employeeId', operator: 'IS NOT NULL' }]] },
  })
  const person = personOf({ [urn]: { employeeNumber: secret } })
  const { evaluation, steps } = explainObject(compileRules(rules), person, { now, isLinked: false })
  assert.equal(evaluation.desired['title'], `no ${secret}`)
  assert.deepEqual(evaluation.redactedPaths, ['title'])
  assert.ok(!JSON.stringify(steps).includes(secret), JSON.stringify(steps))
  assert.ok(JSON.stringify(steps).includes('[Redact]'))
  const modified = [{ name: 'title', before: null, after: evaluation.desired['title'] ?? null }]
  const exchange = { method: 'POST', path: '/Users', status: 400, durationMs: 1 }
  const exchanges = [{ ...exchange, requestBody: { title: `no ${secret}` }, responseBody: `bad title no ${secret}` }]
  const row = JSON.stringify(redactDetail({ modified, exchanges, steps }, evaluation.redactedPaths))
  assert.ok(!row.includes(secret), row)
})

test('values of the directory have the names that Entra gives them, and paths of SCIM', () => {
  const person = personOf(
    {
      userName: 'Zoe.Jong@example.com',
      name: { givenName: 'Zoë', familyName: 'De Jong' },
      title: 'Lead',
      userType: 'Employee',
      emails: [
        { value: 'home@x.example', type: 'home' },
        { value: 'work@x.example', type: 'work', primary: true },
      ],
      phoneNumbers: [
        { value: '1', type: 'mobile' },
        { value: '2', type: 'work' },
      ],
      addresses: [{ type: 'work', locality: 'Paris', country: 'FR' }],
      roles: [{ value: 'admin', display: 'Admins' }],
      [urn]: { department: 'Sales', employeeNumber: '7' },
    },
    { login: 'zoe', teams: [{ id: 't1', display: 'Crew' }] },
  )
  const manager = { ...personOf({ userName: 'boss@example.com' }), id: 'm1', externalId: 'E9' }
  const values = (names: readonly string[]) => {
    const mappings = names.map((name, index) => ({ target: `urn:x:y:a${index}`, kind: 'direct', source: name }))
    const { desired } = decide(rulesOf({ mappings: [...usualMappings, ...mappings] }), {
      ...person,
      manager,
      managerReference: 'm',
    })
    return names.map((_, index) => desired[`urn:x:y:a${index}`])
  }
  assert.deepEqual(
    values([
      'userPrincipalName',
      'mail',
      'givenName',
      'surname',
      'jobTitle',
      'employeeType',
      'department',
      'employeeId',
    ]),
    ['Zoe.Jong@example.com', 'work@x.example', 'Zoë', 'De Jong', 'Lead', 'Employee', 'Sales', '7'],
  )
  assert.deepEqual(
    values(['mailNickname', 'otherMails', 'proxyAddresses', 'mobile', 'telephoneNumber', 'city', 'country', 'groups']),
    ['Zoe.Jong', ['home@x.example'], ['smtp:home@x.example', 'SMTP:work@x.example'], '1', '2', 'Paris', 'FR', ['Crew']],
  )
  assert.deepEqual(values(['objectId', 'externalId', 'accountEnabled', 'IsSoftDeleted', 'login', 'ACTIVE']), [
    person.id,
    'E1',
    true,
    false,
    'zoe',
    true,
  ])
  assert.deepEqual(
    values(['emails[type eq "home"].value', `${urn}:department`, 'NAME.familyname', 'manager', 'manager.mail']),
    ['home@x.example', 'Sales', 'De Jong', 'm1', 'zoe@example.com'],
  )
  assert.deepEqual(values(['manager.userPrincipalName', 'manager.externalId', 'manager.manager.mail', 'nothing']), [
    'boss@example.com',
    'E9',
    null,
    null,
  ])
})

test('a manager is a reference that the app gets by the id of his account; nobody clears it, somebody unknown does not', () => {
  const target = `${urn}:manager`
  const mapping = { target, kind: 'reference', source: 'manager', onMissing: 'text' }
  const rules = rulesOf({ mappings: [...usualMappings, mapping] })
  const manager = { ...personOf(), id: 'm1', display: 'The Boss' }
  const led = decide(rules, personOf({}, { manager, managerReference: 'm1' }))
  assert.deepEqual(led.references, { [target]: [{ kind: 'user', id: 'm1' }] })
  assert.deepEqual(led.referenceFallbacks, { [target]: 'The Boss' })
  assert.equal(target in led.desired, false)
  const free = decide(rules, personOf())
  assert.deepEqual([free.references, free.desired[target]], [{}, null])
  const unknown = decide(rules, personOf({}, { managerReference: 'somebody' }))
  assert.deepEqual([unknown.references, target in unknown.desired], [{}, false])
})

test('matching rules keep their order, may be composite, and ask only for what has a value', () => {
  const matching = [
    [{ target: 'externalId', source: 'employeeId' }],
    [
      { target: 'emails.value', source: 'mail' },
      { target: 'name.familyName', expression: 'ToLower([surname])' },
    ],
    [{ target: 'userName' }],
  ]
  const { matches } = decide(rulesOf({ matching }), personOf({ name: { familyName: 'DE JONG' } }))
  assert.deepEqual(matches, [
    [
      { attribute: 'emails.value', value: 'zoe@example.com' },
      { attribute: 'name.familyName', value: 'de jong' },
    ],
    [{ attribute: 'userName', value: 'zoe@example.com' }],
  ])
})

test('a SCIM filter is a scope too, and sees the person as SCIM shows him', () => {
  const inScope = (filter: string, person = personOf({ userType: 'Employee' })) =>
    decide(rulesOf({ scope: { filter } }), person).isInScope
  assert.equal(inScope('userType eq "EMPLOYEE" and active eq true'), true)
  assert.equal(inScope('userType ne "Employee"'), false)
  assert.equal(inScope('emails[type eq "work" and value ew "@example.com"]'), true)
  assert.equal(inScope('externalId eq "E1"'), true)
  assert.equal(inScope('groups.display eq "Crew"', personOf({}, { teams: [{ id: 't', display: 'Crew' }] })), true)
})

test('a comparison of numbers that meets something else is a failure, never silently out of scope', () => {
  const scope = { groups: [[{ attribute: 'employeeId', operator: 'Greater_Than', value: '10' }]] }
  const { failure, leaving } = decide(rulesOf({ scope }), personOf({ [urn]: { employeeNumber: 'ten' } }))
  assert.deepEqual([failure?.reason, leaving], ['ScopeDataInvalid', undefined])
})

test('with everyone assigned all are in scope but the built-in account, which somebody must name', () => {
  const rules = rulesOf({}, { assignment: 'everyone' })
  assert.equal(decide(rules, personOf({}, { assignment: nobody })).isInScope, true)
  assert.equal(decide(rules, personOf({}, { assignment: nobody, isBuiltIn: true })).isInScope, false)
  assert.equal(decide(rules, personOf({}, { isBuiltIn: true })).isInScope, true)
})

test('what the clock changes says when, and the same moment yields the same to the letter', () => {
  const expression = 'IIF(DateDiff("d", Now(), CDate([title])) > 5, "before", "after")'
  const mapping = { target: 'nickName', kind: 'expression', expression }
  const rules = rulesOf({ mappings: [...usualMappings, mapping] })
  const person = personOf({ title: '2026-12-01' })
  const first = decide(rules, person)
  assert.equal(first.desired['nickName'], 'before')
  assert.equal(first.nextChangeAt?.toISOString(), '2026-11-25T00:00:00.001Z')
  assert.equal(printDesired(first.desired), printDesired(decide(rules, person).desired))
  const then = decide(rules, person, { now: first.nextChangeAt ?? now })
  assert.equal(then.desired['nickName'], 'after')
})

test('a value that nobody else may have is a choice of candidates, for a new account only', () => {
  const expression = 'SelectUniqueValue([mailNickname], [mailNickname] & "1", [mailNickname] & "2")'
  const mapping = { target: 'nickName', kind: 'expression', expression, apply: 'onCreate' }
  const rules = rulesOf({ mappings: [...usualMappings, mapping] })
  assert.deepEqual(decide(rules).unique, [{ attribute: 'nickName', candidates: ['zoe', 'zoe1', 'zoe2'] }])
  assert.deepEqual(decide(rules, personOf(), { isLinked: true }).unique, [])
})

test('a team is a group with its own rules; what left is deleted, since a group cannot be disabled', () => {
  const teams = {
    mappings: [
      { target: 'displayName', kind: 'direct', source: 'displayName' },
      { target: 'externalId', kind: 'direct', source: 'objectId' },
    ],
    matching: [[{ target: 'displayName' }]],
  }
  const team: SourceTeam = {
    kind: 'team',
    id: 't1',
    version: 3,
    isDeleted: false,
    isPurged: false,
    externalId: null,
    handle: 'crew',
    description: null,
    display: 'Crew',
    attributes: { displayName: 'Crew' },
    assignment: { isDirect: true, teamIds: ['t1'] },
  }
  const made = decide(rulesOf({}, { teams }), team)
  assert.deepEqual(made.desired, { displayName: 'Crew', externalId: 't1' })
  assert.deepEqual(made.matches, [[{ attribute: 'displayName', value: 'Crew' }]])
  const left = decide(rulesOf({}, { teams }), { ...team, isDeleted: true }, { isLinked: true })
  assert.deepEqual([left.leaving, left.destructiveClass, left.desired], ['SourceDeleted', 'delete', {}])
  assert.equal(decide(rulesOf(), team).isInScope, false)
})

test('an explanation names every clause with its value, and every mapping with inputs and result', () => {
  const scope = { groups: [[{ attribute: 'department', operator: 'EQUALS', value: 'Sales' }]] }
  const mappings = [
    ...usualMappings,
    { target: 'title', kind: 'expression', expression: 'IIF([country] = "FR", "Chef", [jobTitle])' },
  ]
  const person = personOf({ title: 'Lead', [urn]: { department: 'Sales' } })
  const { steps } = explainObject(compileRules(rulesOf({ scope, mappings })), person, { now, isLinked: false })
  assert.deepEqual(
    steps.map(({ name, status }) => `${name} ${status}`),
    ['import success', 'scoping success', 'matching success', 'processing success'],
  )
  const text = JSON.stringify(steps)
  for (const part of [
    '"attribute":"department","operator":"EQUALS","operand":"Sales","value":"Sales","holds":true',
    '"target":"userName","kind":"direct","apply":"always","source":"userPrincipalName","input":"zoe@example.com","outcome":"sent"',
    '{"text":"\\"Chef\\"","state":"skipped"}',
    '"queries":[[{"attribute":"userName","value":"zoe@example.com"}]]',
  ])
    assert.ok(text.includes(part), `${part}\n${text}`)
})
