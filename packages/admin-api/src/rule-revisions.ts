import { z } from 'zod'
import { ruleChange, ruleFinding } from './provisioning-rules.ts'
import { instant, limits } from './values.ts'

/** What all rules have that are drafted, published and restored: those of apps and those of sources. */
export const revisionNumber = z.int().min(1).describe('Counts up with every save')

export const revisionSummaryFields = {
  revision: revisionNumber,
  state: z.enum(['live', 'draft', 'past']),
  note: z.string().nullable(),
  createdBy: z.string(),
  createdAt: instant,
}

const revisionText = z.string().regex(/^[1-9]\d{0,8}$/, 'Expected live, draft or a number')

/** Of a query: which version. */
export const revisionName = z
  .union([z.enum(['live', 'draft']), revisionText])
  .describe('`live`, `draft`, or the number of one')

export const revisionNote = z
  .string()
  .trim()
  .min(1)
  .max(limits.descriptionCharactersMax)
  .describe('Why, for those who read the history')

export const revisionBody = z.strictObject({ revision: revisionNumber })

export const comparedQuery = z.object({ from: revisionName.default('live'), to: revisionName.default('draft') })

export const rulesComparison = z.object({
  from: revisionNumber.nullable().describe('Null where nothing was live yet'),
  to: revisionNumber,
  changes: z.array(ruleChange),
})

export const rulesCheck = z.object({
  errors: z.int().describe('Rules with errors are not saved'),
  warnings: z.int(),
  findings: z.array(ruleFinding),
})
