import { provisioningRules } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import { withPrint } from '../../apps/server/src/provisioning/desired.ts'
import { evaluateObject } from '../../apps/server/src/provisioning/evaluate/evaluate-object.ts'
import { compileRules } from '../../apps/server/src/provisioning/rules/compile-rules.ts'
import type { SourcePerson } from '../../apps/server/src/provisioning/source/source-object.ts'
import { record, toMedian } from '../report.ts'

const perSecondLeast = 30_000
const people = 50_000
const rounds = 7
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** How many people a second of one core holds against the rules of an app: fifteen mappings, five of them expressions, and a filter. */
export function rulesSuite(): void {
  const rules = compileRules(document)
  const text = JSON.stringify(attributes)
  const figures: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = process.cpuUsage()
    for (let index = 0; index < people; index++) {
      // Each as it comes from the database: a text.
      const source: SourcePerson = { ...person, attributes: JSON.parse(text) as JsonObject }
      const { desired, failure } = evaluateObject(rules, source, { now, isLinked: true })
      if (failure !== undefined) throw new Error(failure.detail)
      withPrint(desired)
    }
    const { user, system } = process.cpuUsage(before)
    figures.push(people / ((user + system) / 1e6))
  }
  const value = toMedian(figures)
  const target = `>= ${perSecondLeast} 1/s`
  record({ name: 'people held against rules, one core', value, unit: '1/s', target, met: value >= perSecondLeast })
}

const now = new Date('2026-11-21T09:00:00Z')

const attributes = {
  userName: 'zoe@example.com',
  displayName: 'Zoë De Jong',
  name: { givenName: 'Zoë', familyName: 'De Jong' },
  title: 'Engineer',
  preferredLanguage: 'fr-FR',
  emails: [{ value: 'zoe@example.com', type: 'work', primary: true }],
  phoneNumbers: [{ value: '+33 1 23 45 67 89', type: 'work' }],
  addresses: [{ type: 'work', locality: 'Paris', country: 'FR' }],
  roles: [{ value: 'admin', display: 'Administrators' }],
  [enterprise]: { department: 'Sales', employeeNumber: '4711', costCenter: 'C7' },
}

const person: SourcePerson = {
  kind: 'user',
  id: '0198c0de-0000-7000-8000-000000000001',
  version: 1,
  state: 'active',
  isPurged: false,
  isBuiltIn: false,
  externalId: 'E1',
  login: null,
  display: 'Zoë De Jong',
  attributes: {},
  assignment: { isDirect: true, teamIds: [] },
  manager: null,
  managerReference: null,
  teams: [],
}

const direct = (target: string, source: string) => ({ target, kind: 'direct', source })
const computed = (target: string, expression: string) => ({ target, kind: 'expression', expression })

const document = provisioningRules.parse({
  users: {
    scope: {
      groups: [
        [
          { attribute: 'department', operator: 'EQUALS', value: 'Sales' },
          { attribute: 'country', operator: 'REGEX MATCH', value: '(FR|DE)' },
        ],
      ],
    },
    mappings: [
      direct('userName', 'userPrincipalName'),
      computed('active', 'Not([IsSoftDeleted])'),
      direct('displayName', 'displayName'),
      direct('name.givenName', 'givenName'),
      direct('name.familyName', 'surname'),
      direct('emails[type eq "work"].value', 'mail'),
      direct('externalId', 'objectId'),
      direct('title', 'jobTitle'),
      direct('phoneNumbers[type eq "work"].value', 'telephoneNumber'),
      direct(`${enterprise}:department`, 'department'),
      { target: `${enterprise}:manager`, kind: 'reference', source: 'manager' },
      computed('nickName', 'ToLower(Join(".", NormalizeDiacritics([givenName]), NormalizeDiacritics([surname])))'),
      computed('preferredLanguage', 'Replace([preferredLanguage], "-", , , "_", , )'),
      computed('userType', 'Switch([country], "Other", "FR", "French", "DE", "German")'),
      computed('roles', 'AssertiveAppRoleAssignmentsComplex([appRoleAssignments])'),
    ],
    matching: [[{ target: 'externalId' }], [{ target: 'userName' }]],
  },
})
