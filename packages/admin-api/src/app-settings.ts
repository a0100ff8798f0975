import { z } from 'zod'
import { mailAddress } from './values.ts'

const dayMs = 86_400_000
const milliseconds = z
  .int()
  .min(0)
  .max(366 * dayMs)
const share = z.number().min(0).max(1)
const count = z.int().min(0).max(1_000_000)

const escrow = z.strictObject({
  stepsMs: z.array(milliseconds.min(1_000)).min(1).max(20),
  countsFrom: z.enum(['firstFailure', 'lastFailure']).describe('What the steps are measured from'),
  thenEveryMs: milliseconds.min(60_000),
  jitter: share,
  retriesOnChange: z.boolean(),
  endsAfterMs: milliseconds.nullable().describe('Null: never given up'),
})

const trip = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('window'),
    outcomesMax: count.min(1).max(200),
    failuresMin: count.min(1),
    share,
    degradedShare: share,
    credentialFailures: count.min(1),
    connectFailures: count.min(1),
    sameReasonShare: share,
  }),
  z.strictObject({
    kind: z.literal('totals'),
    failuresMin: count.min(1),
    share,
    failuresMax: count.min(1),
    allFailuresMax: count.min(1),
  }),
])

const quarantine = z.strictObject({
  trip,
  probeStepsMs: z.array(milliseconds.min(1_000)).min(1).max(20),
  canaries: count.min(1).max(100),
  pausesAfterMs: milliseconds.min(dayMs),
  remindsOnDays: z.array(z.int().min(1).max(365)).max(20).describe('Administrators are told again on these days'),
})

const rollingGate = z.strictObject({
  kind: z.literal('rolling'),
  windowMs: milliseconds.min(60_000),
  share,
  min: count,
  max: count,
  holdLapsesMs: milliseconds.min(60_000),
})

const cycleGate = z.strictObject({
  kind: z.literal('cycle'),
  threshold: count.describe('Accounts and groups that a cycle may disable or delete'),
  holdLapsesMs: milliseconds.min(60_000),
})

const gate = z.discriminatedUnion('kind', [rollingGate, cycleGate])

const gateInForce = z.discriminatedUnion('kind', [
  rollingGate,
  cycleGate.extend({ threshold: count.nullable().describe('Null: off, as the set of Microsoft Entra ID has it') }),
])

const numbers = {
  tickMs: milliseconds.min(1_000).describe('How often an app is looked at when nothing wakes it'),
  isImmediate: z.boolean().describe('Changes are sent at once, or wait for the next tick'),
  settleMs: milliseconds
    .max(3_600_000)
    .describe('Longer than a request may be on its way after nobody waits for its answer any more'),
  escrow: escrow.describe('When what failed is tried again'),
  quarantine: quarantine.describe('When an app counts as broken, and how that is tried again'),
  gate: gate.describe('How much destructive work passes without asking'),
  assignsNested: z.boolean().describe('Members of teams within an assigned team count as assigned'),
  logDays: z.int().min(1).max(3_650).describe('How long the provisioning log is kept'),
}

export const appNumbers = z
  .object({ ...numbers, gate: gateInForce })
  .describe('Times are milliseconds, shares lie between 0 and 1')
  .meta({ id: 'AppNumbers' })

const overrides = z.strictObject(numbers).partial().meta({ id: 'AppNumbersOverrides' })

/** Numbers by which an app runs, and who is told about it. */
export const appSettings = z
  .strictObject({
    numbers: z
      .enum(['default', 'entra-parity'])
      .default('default')
      .describe('Which set of numbers: ours, or those of Microsoft Entra ID'),
    overrides: overrides
      .default({})
      .describe('What takes the place of single numbers of the set; times are milliseconds'),
    notify: z
      .array(mailAddress)
      .max(20)
      .default([])
      .describe('Who is told by mail when something is wrong, besides administrators'),
    reconciliation: z
      .strictObject({
        every: z.enum(['off', 'weekly', 'monthly']).default('weekly'),
        policy: z
          .enum(['report', 'adopt', 'enforce'])
          .default('report')
          .describe('What a plan is made for, besides the report; nothing is done before somebody applies it'),
        orphans: z
          .enum(['keep', 'disable', 'delete'])
          .default('keep')
          .describe(
            'What plans of `enforce` do about accounts of people that nobody is assigned to and no rule owns; `delete` only where the rules delete leavers, else such accounts are disabled',
          ),
        keepOrphans: z
          .array(z.string().min(1).max(500))
          .max(500)
          .default([])
          .describe('Accounts that stay in any case, by their name or id in the app: its own administrators'),
      })
      .default({ every: 'weekly', policy: 'report', orphans: 'keep', keepOrphans: [] })
      .describe('How often all accounts and groups are listed and compared by itself'),
  })
  .meta({ id: 'AppSettings' })

export type AppSettings = z.infer<typeof appSettings>
