import { z } from 'zod'

const name = z.string().min(1).max(500)
const scalar = z.union([z.string().max(10_000), z.number(), z.boolean()])

/** How one attribute of a person comes to its value. Expressions are those of apps, over the columns of the record. */
const sourceMapping = z
  .strictObject({
    target: name.describe('Attribute of the person, such as `emails[type eq "work"].value`'),
    kind: z.enum(['direct', 'constant', 'expression', 'reference']),
    source: name.optional().describe('Of `direct` and `reference`: a column or attribute of the record'),
    value: scalar.optional().describe('Of `constant`'),
    expression: z.string().max(10_000).optional(),
    default: scalar.optional().describe('Where there is no value; on create only'),
    apply: z.enum(['always', 'onCreate', 'ifEmpty']).default('always'),
    onNull: z
      .enum(['keep', 'clear'])
      .default('keep')
      .describe('`clear`: null unassigns, where `flowNulls` of the column says so too'),
    matchOn: name
      .optional()
      .describe(
        'Of `reference`: by which attribute the other person is found; the anchor of this source when left out',
      ),
  })
  .meta({ id: 'SourceMapping' })

const column = z.strictObject({
  type: z.enum(['string', 'number', 'boolean', 'date', 'dateTime']).default('string'),
  isRequired: z.boolean().default(false),
  flowNulls: z.boolean().default(false).describe('An empty or absent value counts as null and not as nothing'),
  isSecret: z.boolean().default(false).describe('Never shown in logs, plans and previews'),
})

const scopeClause = z.strictObject({
  attribute: name.describe('A column'),
  operator: z.string().max(40),
  value: z.string().max(10_000).optional(),
  quantifier: z.enum(['all', 'any']).optional(),
})

const correlationRule = z
  .array(z.strictObject({ target: name, source: name.optional(), expression: z.string().max(10_000).optional() }))
  .min(1)
  .max(4)
  .describe('All of these equal: one rule')

const groupPolicy = z.enum(['keep', 'detach', 'remove'])

/** How groups of a source become teams. */
const sourceTeams = z
  .strictObject({
    column: name
      .optional()
      .describe('Of sources without groups of their own: the column of people that lists the names of theirs'),
    separator: z
      .string()
      .min(1)
      .max(10)
      .optional()
      .describe('Where that column is a text: what stands between two names, such as `;`'),
    scope: z
      .strictObject({ groups: z.array(z.array(scopeClause).min(1).max(50)).max(50) })
      .default({ groups: [] })
      .describe(
        'Which groups, by their columns: `name`, `id`, `type`, `description`, `dn` and `parentDn` of a directory, and whatever else the source says',
      ),
    name: z
      .string()
      .min(1)
      .max(10_000)
      .default('[name]')
      .describe('Expression over those columns: what the team is called'),
    description: z
      .string()
      .max(10_000)
      .optional()
      .describe('Expression; left out: descriptions of teams are nothing of this source'),
    nested: z
      .enum(['flatten', 'direct'])
      .default('flatten')
      .describe('Members of groups in a group: in its team too, or not'),
    onMatched: z
      .enum(['link', 'create', 'report'])
      .default('link')
      .describe(
        'What becomes of a team of that name that nobody manages: it is the group from now on, there is another one beside it, or it is told',
      ),
    onVanished: groupPolicy
      .default('detach')
      .describe(
        'Of a group that is gone: its team stays as it is, becomes one of your own with its people, or is removed under the guard',
      ),
    onOutOfScope: groupPolicy.default('detach'),
    absentReads: z
      .int()
      .min(1)
      .max(10)
      .default(2)
      .describe('Complete reads without the group before it counts as gone'),
  })
  .meta({ id: 'SourceTeams' })

const leavingPolicy = z.enum(['nothing', 'suspend', 'suspendThenDelete', 'delete'])

/** How records of one source become people. Versions of it never change. */
export const sourceRules = z
  .strictObject({
    anchor: name.describe('Column that names a record for ever'),
    columns: z.record(name, column).default({}),
    scope: z
      .strictObject({
        groups: z.array(z.array(scopeClause).min(1).max(50)).max(50).default([]),
        filter: z
          .string()
          .trim()
          .min(1)
          .max(10_000)
          .optional()
          .describe(
            'Besides: a SCIM filter over columns, such as `country eq "DE" and not (status eq "intern")`; columns whose names hold spaces need clauses',
          ),
      })
      .default({ groups: [] })
      .describe('Records out of it are as if they were not there, but are told'),
    mappings: z.array(sourceMapping).min(1).max(200),
    correlation: z.array(correlationRule).max(10).describe('In order; the first rule that finds anybody decides'),
    onUnmatched: z.enum(['create', 'report']).default('create'),
    onMatched: z
      .enum(['link', 'ask', 'askPartial'])
      .default('link')
      .describe(
        'What becomes of somebody who was there already; `askPartial`: whom the first rule finds is linked, whom a later one finds waits for a decision',
      ),
    userName: z
      .strictObject({
        candidates: z
          .array(z.string().max(10_000))
          .min(1)
          .max(20)
          .describe('Expressions, in order; the first free one'),
      })
      .optional()
      .describe('Generated on create; without it a mapping writes `userName`'),
    lifecycle: z
      .strictObject({
        activeFrom: name.optional().describe('Column with the first day'),
        activeUntil: name.optional().describe('Column with the last day'),
        timeZone: name.optional().describe('Column with an IANA time zone'),
        defaultTimeZone: z.string().max(100).default('UTC'),
        active: z.string().max(10_000).optional().describe('Expression; without a value nothing changes'),
        createInactive: z
          .boolean()
          .default(false)
          .describe('Suspended accounts for those whom the source calls inactive and who are nobody here'),
        createDaysAhead: z.int().min(0).max(365).default(0).describe('Suspended accounts before the first day'),
        effectiveDate: name.optional().describe('Column with the day from which the other columns hold'),
        onRescinded: z
          .enum(['keep', 'delete'])
          .default('keep')
          .describe('What becomes of an account that never was active, when its record goes before the first day'),
      })
      .default({ defaultTimeZone: 'UTC', createInactive: false, createDaysAhead: 0, onRescinded: 'keep' }),
    leaving: z
      .strictObject({
        policy: leavingPolicy.default('suspend'),
        inactive: leavingPolicy
          .optional()
          .describe(
            'Of whom the source calls inactive, or who is past the last day; left out: suspended, and deleted where `policy` deletes after grace',
          ),
        graceDays: z.int().min(0).max(365).default(30),
        absentReads: z.int().min(1).max(10).default(2).describe('Complete reads without the record'),
      })
      .default({ policy: 'suspend', graceDays: 30, absentReads: 2 }),
    teams: sourceTeams
      .optional()
      .describe('Left out: groups are no teams, and teams that were made of them stay as they are'),
    tables: z.record(z.string().min(1).max(100), z.record(z.string().max(500), scalar)).optional(),
  })
  .meta({ id: 'SourceRules' })

export type SourceRules = z.infer<typeof sourceRules>
