import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { provisioningRules } from './provisioning-rules.ts'
import { none, type Route } from './route.ts'
import { idOf } from './values.ts'

/** Objects on which rules are tried at once. */
const sampledMax = 5
const namesMax = 200

const objectId = idOf('user', 'team')

const attribute = z.object({
  name: z.string(),
  type: z.enum(['string', 'boolean', 'integer', 'decimal', 'dateTime', 'reference', 'binary', 'complex']),
  isMultiValued: z.boolean(),
  isRequired: z.boolean(),
  isReadOnly: z.boolean(),
})

const sampleBody = z
  .strictObject({
    kind: z.enum(['user', 'team']).default('user'),
    objects: z
      .array(objectId)
      .max(sampledMax)
      .default([])
      .describe('Left out: the first there are. Who is nobody here any longer is left out of the answer'),
    names: z
      .array(z.string().min(1).max(500))
      .max(namesMax)
      .default([])
      .describe('Attributes besides those that are always listed, such as `emails[type eq "home"].value`'),
  })
  .meta({ id: 'AppRulesSampleRequest' })

const sample = z
  .object({
    source: z.array(attribute).describe('What rules may read, by the names that expressions use'),
    target: z.array(attribute).describe('What the app takes'),
    objects: z.array(
      z.object({
        id: objectId,
        name: z.string().nullable(),
        values: z.record(z.string(), z.unknown()).describe('By those names; what has no value is left out'),
      }),
    ),
    defaultDomain: z.string().nullable().describe('What `DefaultDomain()` yields'),
  })
  .meta({ id: 'AppRulesSample' })

const moved = z.object({ id: objectId, name: z.string().nullable() })

const scopeCount = z.object({
  total: z.int().describe('Objects that were looked at; deleted ones are not'),
  inScope: z.int(),
  before: z.int().describe('By the rules that are live'),
  entering: z.int(),
  leaving: z.int(),
  enters: z.array(moved).describe('The first 50 who enter'),
  leaves: z.array(moved).describe('The first 50 who leave'),
  unmatched: z
    .int()
    .describe('Of those in scope now and then: for whom the first matching rule looks for another value than today'),
  failed: z.int().describe('For whom a clause met what it cannot compare; they are not in scope'),
})

const scope = z
  .object({
    users: scopeCount,
    teams: scopeCount.nullable().describe('Null: the rules have no teams'),
    isComplete: z.boolean().describe('False: there are more, and only the first were looked at'),
  })
  .meta({ id: 'AppRulesScope' })

const all = { tag: 'App rules', method: 'POST', params: onApp, query: none, status: 200, errors: [] } as const

export const appRuleSampleRoutes = {
  sampleAppRules: {
    ...all,
    path: `${appPath}/rules/sample`,
    summary:
      'What rules can read and write, with the values of some people or teams, to try rules on while they are written',
    scope: 'apps:run',
    body: sampleBody,
    answer: sample,
  },
  countAppRules: {
    ...all,
    path: `${appPath}/rules/scope`,
    summary: 'How many people and teams rules have in scope before they are saved, and who enters and leaves',
    scope: 'apps:run',
    body: z.strictObject({ rules: provisioningRules }).meta({ id: 'AppRulesScopeRequest' }),
    answer: scope,
  },
} as const satisfies Record<string, Route>
