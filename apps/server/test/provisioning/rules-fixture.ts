import { provisioningRules, type ProvisioningRules } from '@rollcall/admin-api'
import { evaluateObject } from '../../src/provisioning/evaluate/evaluate-object.ts'
import type { Evaluation, EvaluationContext } from '../../src/provisioning/evaluate/evaluation.ts'
import { compileRules } from '../../src/provisioning/rules/compile-rules.ts'
import type { SourceObject, SourcePerson } from '../../src/provisioning/source/source-object.ts'

export const now = new Date('2026-11-21T09:00:00.000Z')

/** The mappings that nearly every app has. */
export const usualMappings = [
  { target: 'userName', kind: 'direct', source: 'userPrincipalName' },
  { target: 'active', kind: 'expression', expression: 'Not([IsSoftDeleted])' },
  { target: 'displayName', kind: 'direct', source: 'displayName' },
  { target: 'emails[type eq "work"].value', kind: 'direct', source: 'mail' },
]

export const userNameMatch = [[{ target: 'userName', source: 'userPrincipalName' }]]

/** A document of rules; what is left out is as in the product. */
export function rulesOf(users: object = {}, rest: object = {}): ProvisioningRules {
  return provisioningRules.parse({ users: { mappings: usualMappings, matching: userNameMatch, ...users }, ...rest })
}

export function personOf(attributes: object = {}, rest: Partial<SourcePerson> = {}): SourcePerson {
  return {
    kind: 'user',
    id: '0198c0de-0000-7000-8000-000000000001',
    version: 1,
    state: 'active',
    isPurged: false,
    isBuiltIn: false,
    externalId: 'E1',
    login: null,
    display: 'Zoë De Jong',
    attributes: {
      userName: 'zoe@example.com',
      displayName: 'Zoë De Jong',
      emails: [{ value: 'zoe@example.com', type: 'work', primary: true }],
      ...attributes,
    },
    assignment: { isDirect: true, teamIds: [] },
    manager: null,
    managerReference: null,
    teams: [],
    ...rest,
  }
}

/** What becomes of an object under rules. */
export function decide(
  rules: ProvisioningRules,
  source: SourceObject = personOf(),
  context: Partial<EvaluationContext> = {},
): Evaluation {
  return evaluateObject(compileRules(rules), source, { now, isLinked: false, ...context })
}
