import { z } from 'zod'

/** Tables that rules have, and rows of each: rules are read as a whole. */
const tablesMax = 20
const tableRowsMax = 5_000

const path = z.string().min(1).max(500)
const scalar = z.union([z.string().max(10_000), z.number(), z.boolean()])

const clause = z.strictObject({
  attribute: path,
  operator: z.string().max(40).describe("One of Entra's fourteen, or ours"),
  value: z.string().max(10_000).optional(),
  quantifier: z.enum(['all', 'any']).optional(),
})

export const provisioningScope = z
  .union([
    z.strictObject({ groups: z.array(z.array(clause).min(1).max(50)).max(50) }),
    z.strictObject({ filter: z.string().min(1).max(10_000).describe('A SCIM filter') }),
  ])
  .describe('Clauses of a group all hold, one group is enough; without groups: everybody')
  .meta({ id: 'ProvisioningScope' })

const mapping = z
  .strictObject({
    target: path.describe('Attribute path in the app, such as `emails[type eq "work"].value`'),
    kind: z.enum(['direct', 'constant', 'expression', 'reference', 'none']),
    source: path.optional().describe('Of `direct` and `reference`'),
    value: scalar.optional().describe('Of `constant`'),
    expression: z.string().max(10_000).optional(),
    default: scalar.optional().describe('Where there is no value; on create only'),
    apply: z.enum(['always', 'onCreate', 'ifEmpty']).default('always'),
    onNull: z.enum(['keep', 'clear']).default('clear'),
    onError: z.enum(['fail', 'skip']).default('fail'),
    onMissing: z
      .enum(['omit', 'clear', 'text'])
      .default('omit')
      .describe('Of `reference`: the other object is not in scope'),
  })
  .meta({ id: 'ProvisioningMapping' })

const matchingRule = z
  .array(z.strictObject({ target: path, source: path.optional(), expression: z.string().max(10_000).optional() }))
  .min(1)
  .max(4)
  .describe('All of these attributes equal: one rule')

const leaving = z.strictObject({
  policy: z.enum(['disable', 'disableThenDelete', 'delete', 'unlink', 'nothing']),
  graceDays: z.int().min(0).max(365).default(30),
})

const objectRules = {
  scope: provisioningScope.default({ groups: [] }),
  mappings: z.array(mapping).max(200),
  matching: z.array(matchingRule).max(10).describe('In order; the first rule that finds anything decides'),
  actions: z
    .strictObject({ create: z.boolean(), update: z.boolean(), delete: z.boolean() })
    .default({ create: true, update: true, delete: true }),
  leaving: leaving.default({ policy: 'disable', graceDays: 30 }),
  adoption: z.enum(['adopt', 'ask', 'refuse']).default('adopt'),
  onVanished: z.enum(['recreate', 'unlink', 'hold']).default('recreate'),
}

const tables = z
  .record(z.string().min(1).max(100), z.record(z.string().max(500), scalar))
  .refine((all) => Object.values(all).every((table) => Object.keys(table).length <= tableRowsMax), {
    message: `A table has at most ${tableRowsMax} rows`,
  })
  .refine((all) => Object.keys(all).length <= tablesMax, { message: `There are at most ${tablesMax} tables` })
  .describe('By name, what `Rollcall.Lookup` finds for a key')

/** How one app is provisioned: who, matched by what, and what goes where. Versions of it never change. */
export const provisioningRules = z
  .strictObject({
    assignment: z.enum(['assigned', 'everyone']).default('assigned'),
    tables: tables.optional(),
    users: z.strictObject(objectRules),
    teams: z
      .strictObject({
        ...objectRules,
        // A group cannot be disabled.
        leaving: leaving.default({ policy: 'delete', graceDays: 30 }),
        isEnabled: z.boolean().default(true),
        members: z
          .strictObject({
            nesting: z.enum(['flatten', 'direct']),
            isAuthoritative: z.boolean().describe('Members that others added are removed'),
            givesAccess: z.boolean().describe('Removals go before everything else'),
          })
          .default({ nesting: 'flatten', isAuthoritative: false, givesAccess: false }),
      })
      .optional(),
  })
  .meta({ id: 'ProvisioningRules' })

export type ProvisioningRules = z.infer<typeof provisioningRules>

/** What a check has to say about rules. */
export const ruleFinding = z
  .strictObject({
    rule: z.string().describe('Stable name; `E-` must be mended, `W-` should be looked at'),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
    field: z.string().describe('Where in the document, such as `users.mappings[3].expression`'),
    attribute: z.string().nullable(),
    position: z.int().nullable().describe('Zero-based offset in the expression or filter'),
    suggestion: z.string().nullable(),
    people: z
      .strictObject({ count: z.int(), names: z.array(z.string()) })
      .nullable()
      .describe('Of the people that were looked at, how many it concerns, and some of their names'),
  })
  .meta({ id: 'RuleFinding' })

export type RuleFinding = z.infer<typeof ruleFinding>

/** One thing that differs between two versions of rules. */
export const ruleChange = z
  .strictObject({
    field: z.string().describe('Where in the document; mappings by the attribute that they write'),
    change: z.enum(['added', 'removed', 'changed']),
    before: z.json(),
    after: z.json(),
  })
  .meta({ id: 'RuleChange' })

export type RuleChange = z.infer<typeof ruleChange>

/** How rules are written into a file: ours as JSON or YAML, or the schema of Microsoft Graph. */
export const rulesFormats = ['json', 'yaml', 'entra'] as const

export type RulesFormat = (typeof rulesFormats)[number]
