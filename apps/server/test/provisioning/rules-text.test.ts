import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { provisioningRules } from '@rollcall/admin-api'
import { createRegistry, findResourceType } from '@rollcall/scim'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { simpleRules } from '../harness/provisioning-app.ts'
import { checkRules } from '../../src/provisioning/rules/check-rules.ts'
import { diffRules } from '../../src/provisioning/rules/diff-rules.ts'
import { printRules, readRules } from '../../src/provisioning/rules/rules-text.ts'
import { findSourceAttribute } from '../../src/provisioning/source/attributes.ts'
import { rulesOf, usualMappings } from './rules-fixture.ts'

let admin: AdminHarness
let place: string
before(async () => {
  admin = await createAdminHarness()
  await admin.createOrganization('acme')
  const apps = '/api/v1/organizations/acme/apps'
  const target = { kind: 'scim', baseUrl: 'https://wiki.example/scim/v2' }
  const made = await admin.send('POST', apps, { body: { name: 'Wiki', target } })
  place = `${apps}/${made.body.id}/rules`
})
after(() => admin[Symbol.asyncDispose]())

test('ENG-39: rules are versions that are compared, published, restored, and written to files and back', async () => {
  const save = (rules: object, note: string) => admin.send('POST', place, { body: { rules, note } })
  const none = await admin.send('GET', `${place}/diff`)
  assert.equal(none.status, 404)
  assert.equal((await save(simpleRules, 'first')).body.revision, 1)
  const first = await admin.send('GET', `${place}/diff`)
  assert.deepEqual([first.body.from, first.body.to], [null, 1])
  assert.ok(first.body.changes.every(({ change }: { change: string }) => change === 'added'))
  await admin.send('POST', `${place}/publish`, { body: { revision: 1, withoutPlan: true } })

  const yaml = await admin.send('GET', `${place}/export?format=yaml`)
  assert.match(yaml.body.text, /^assignment: assigned\nusers:\n/)
  const text = yaml.body.text.replace('assignment: assigned', 'assignment: everyone')
  const imported = await admin.send('POST', `${place}/import`, { body: { text, format: 'yaml', note: 'all of us' } })
  assert.deepEqual([imported.status, imported.body.revision, imported.body.lost], [201, 2, []])
  const changes = await admin.send('GET', `${place}/diff`)
  assert.deepEqual(changes.body, {
    from: 1,
    to: 2,
    changes: [{ field: 'assignment', change: 'changed', before: 'assigned', after: 'everyone' }],
  })
  await admin.send('POST', `${place}/publish`, { body: { revision: 2, withoutPlan: true } })
  const json = await admin.send('GET', `${place}/export?format=json&revision=2`)
  assert.deepEqual(JSON.parse(json.body.text), { ...simpleRules, assignment: 'everyone' })
  // The same rules again are no new version.
  const again = await admin.send('POST', `${place}/import`, { body: { text: json.body.text, format: 'json' } })
  assert.equal(again.body.revision, 2)

  const restored = await admin.send('POST', `${place}/restore`, { body: { revision: 1 } })
  assert.deepEqual([restored.body.revision, restored.body.rules], [3, simpleRules])
  const back = await admin.send('GET', `${place}/diff?from=1&to=3`)
  assert.deepEqual(back.body.changes, [])
})

test('rules that cannot work are not saved; the check says why, and whom a filter keeps out', async () => {
  const [userName, active, ...others] = usualMappings
  const broken = { ...active, expression: 'Nott([IsSoftDeleted])' }
  const rules = rulesOf({ mappings: [userName, broken, ...others] })
  const refused = await admin.send('POST', place, { body: { rules } })
  assert.deepEqual([refused.status, refused.body.errors[0].code], [400, 'invalidRules'])
  assert.equal(refused.body.errors[0].pointer, '/rules/users/mappings/1/expression')
  assert.match(refused.body.errors[0].detail, /^E-SYNTAX at character 1: There is no function Nott; did you mean Not\?/)
  const checked = await admin.send('POST', `${place}/check`, { body: { rules } })
  assert.deepEqual([checked.status, checked.body.errors], [200, 2])
  assert.deepEqual(
    checked.body.findings.map(({ rule }: { rule: string }) => rule),
    ['E-SYNTAX', 'W-KEY-MUTABLE', 'E-DISABLE'],
  )
  const broad = await admin.send('POST', `${place}/import`, { body: { text: 'users: [', format: 'yaml' } })
  assert.deepEqual([broad.status, broad.body.errors[0].code], [400, 'invalidRules'])
  assert.match(broad.body.errors[0].detail, /line 1, column/)
  const shapeless = await admin.send('POST', `${place}/import`, {
    body: { text: '{"users":{"mapping":[]}}', format: 'json' },
  })
  assert.match(shapeless.body.errors[0].detail, /^users\.mappings: /)
})

test('a difference names mappings by what they write, wherever they stand', () => {
  const [userName, active, ...others] = usualMappings
  const before = rulesOf()
  const mappings = [
    ...others,
    { ...active, onNull: 'keep' },
    userName,
    { target: 'title', kind: 'constant', value: 'x' },
  ]
  const changes = diffRules(before, rulesOf({ mappings, scope: { filter: 'title pr' } }))
  assert.deepEqual(
    changes.map(({ field, change }) => `${change} ${field}`),
    [
      'added users.scope.filter',
      'removed users.scope.groups',
      'changed users.mappings.active.onNull',
      'added users.mappings.title',
    ],
  )
})

test('rules survive each format of ours to the letter, quotation marks and brackets too', () => {
  const rules = rulesOf(
    {
      mappings: [
        ...usualMappings,
        {
          target: 'title',
          kind: 'expression',
          expression: 'Replace([jobTitle], , "(?<a>x)\\\\s", "a", "\\"y\\": #", , )',
        },
        { target: 'nickName', kind: 'constant', value: 'yes' },
        { target: 'userType', kind: 'constant', value: '007' },
      ],
      scope: { groups: [[{ attribute: 'emails[type eq "work"].value', operator: '!&', value: ' a: b, #c' }]] },
    },
    { tables: { site: { no: 'Norway', 'São Paulo': true } } },
  )
  for (const format of ['json', 'yaml'] as const)
    assert.deepEqual(readRules(printRules(rules, format).text, format).document, rules)
})

test('a schema that was exported from Entra becomes rules, and rules become such a schema', () => {
  const mapping = (target: string, expression: string, type: string, rest: object = {}) => ({
    targetAttributeName: target,
    flowBehavior: 'FlowWhenChanged',
    flowType: 'Always',
    matchingPriority: 0,
    defaultValue: null,
    source: { expression, name: expression, type, parameters: [] },
    ...rest,
  })
  const schema = {
    id: 'x',
    synchronizationRules: [
      {
        name: 'USER_OUTBOUND_USER',
        objectMappings: [
          {
            enabled: true,
            flowTypes: 'Add, Update, Delete',
            sourceObjectName: 'User',
            targetObjectName: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
            attributeMappings: [
              mapping('userName', '[userPrincipalName]', 'Attribute', { matchingPriority: 1 }),
              mapping('active', 'Switch([IsSoftDeleted], , "False", "True", "True", "False")', 'Function'),
              mapping('title', '[jobTitle]', 'Attribute', { defaultValue: 'Staff' }),
              mapping('nickName', '"x"', 'Constant', { flowType: 'ObjectAddOnly' }),
              mapping('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager', '[manager]', 'Attribute'),
            ],
            scope: {
              groups: [
                {
                  clauses: [
                    { operatorName: 'EQUALS', sourceOperandName: 'department', targetOperand: { values: ['Sales'] } },
                  ],
                },
              ],
            },
          },
          {
            enabled: true,
            flowTypes: 'Add, Update',
            sourceObjectName: 'Group',
            attributeMappings: [
              mapping('displayName', '[displayName]', 'Attribute', { matchingPriority: 1 }),
              mapping('members', '[members]', 'Attribute'),
            ],
          },
        ],
      },
    ],
  }
  const { document, lost } = readRules(JSON.stringify(schema), 'entra')
  assert.deepEqual(lost, [])
  const { users, teams } = document
  assert.deepEqual(users.matching, [[{ target: 'userName' }]])
  assert.deepEqual(users.scope, { groups: [[{ attribute: 'department', operator: 'EQUALS', value: 'Sales' }]] })
  assert.deepEqual(
    users.mappings.map(({ target, kind, apply, default: value }) => [target.split(':').at(-1), kind, apply, value]),
    [
      ['userName', 'direct', 'always', undefined],
      ['active', 'expression', 'always', undefined],
      ['title', 'direct', 'always', 'Staff'],
      ['nickName', 'expression', 'onCreate', undefined],
      ['manager', 'reference', 'always', undefined],
    ],
  )
  assert.deepEqual([teams?.actions.delete, teams?.mappings.length, teams?.leaving.policy], [false, 1, 'delete'])
  const again = readRules(printRules(document, 'entra').text, 'entra').document
  assert.deepEqual(provisioningRules.parse(again).users, users)
  const own = rulesOf({
    mappings: [...usualMappings, { target: 'title', kind: 'expression', expression: 'Rollcall.First([otherMails])' }],
    matching: [[{ target: 'userName' }, { target: 'emails.value', source: 'mail' }]],
    scope: { filter: 'title pr' },
  })
  assert.deepEqual(printRules(own, 'entra').lost, [
    'matching: Entra cannot match by userName and emails.value at once',
    'matching: emails.value is mapped nowhere, and Entra matches by mappings',
    'title: Entra has no function Rollcall.First',
    'scope: Entra knows clauses, and no SCIM filters',
  ])
})

test('the rules of the guide are rules, and nothing is wrong with them', () => {
  const guide = readFileSync(
    join(import.meta.dirname, '..', '..', '..', '..', 'docs', 'guides', 'app-rules.md'),
    'utf8',
  )
  const [example = '', tables = ''] = [...guide.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text)
  const { document } = readRules(example + tables, 'yaml')
  const findings = checkRules(document).filter(({ rule }) => rule !== 'W-KEY-MUTABLE' && rule !== 'W-NULLNEG')
  assert.deepEqual(findings, [])
  const names = [
    ...guide.slice(guide.indexOf('## Attributes'), guide.indexOf('## Mappings')).matchAll(/^\| (`.*?) \|/gm),
  ]
  const listed = names.flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? ''))
  const type = findResourceType(createRegistry(), 'User')
  assert.ok(type !== undefined && listed.length > 30)
  assert.deepEqual(
    listed.filter((name) => findSourceAttribute(name, 'user', type) === undefined),
    [],
  )
})
