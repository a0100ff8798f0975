import { z } from 'zod'
import { instant, limits, mailAddress } from './values.ts'

const timeZone = z
  .string()
  .max(100)
  .refine(isTimeZone, 'Expected an IANA time zone such as Europe/Berlin')
  .default('UTC')

/** When a source is read by itself. */
export const sourceSchedule = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }).describe('Read when somebody asks, or when a file is uploaded'),
    z.strictObject({
      kind: z.literal('interval'),
      minutes: z
        .int()
        .min(1)
        .max(31 * 24 * 60),
    }),
    z.strictObject({
      kind: z.literal('cron'),
      cron: z
        .string()
        .max(100)
        .regex(/^\S+(?: \S+){4}$/, 'Expected five fields: minute, hour, day, month, weekday'),
      timeZone,
    }),
  ])
  .meta({ id: 'SourceSchedule' })

export type SourceSchedule = z.infer<typeof sourceSchedule>

const percent = z.number().min(0).max(1_000)

const guards = z
  .strictObject({
    shrinkPercent: percent
      .max(100)
      .default(20)
      .describe('So much smaller than the median of the last five reads a full one may be'),
    growPercent: percent.default(50).describe('And so much larger'),
    emptyPercent: percent.max(100).default(10).describe('Of so many more rows than last time a column may be empty'),
    badPercent: percent.max(100).default(5).describe('So many records may be bad'),
    badMin: z.int().min(1).max(1_000_000).default(20).describe('So many may be bad in any case'),
    off: z
      .strictObject({
        reason: z.string().trim().min(1).max(limits.descriptionCharactersMax),
        until: instant,
      })
      .optional()
      .describe('Switched off for a while; an empty read is held all the same'),
  })
  .meta({ id: 'SourceGuards' })

export type SourceGuards = z.infer<typeof guards>

const attribute = z.string().min(1).max(500)

const writeBack = z
  .strictObject({
    kind: z.enum(['http', 'file']).describe('`http`: a request a record; `file`: a table that somebody fetches'),
    fields: z
      .record(z.string().min(1).max(200), attribute)
      .refine((fields) => Object.keys(fields).length > 0, 'Name at least one field')
      .describe('By field of the source, the attribute of the person; a dot makes an object: `work.email`'),
    requires: z.array(attribute).max(10).default([]).describe('Held for as long as one of these has no value'),
    delayMinutes: z
      .int()
      .min(0)
      .max(31 * 24 * 60)
      .default(15)
      .describe('How long a value must have stood still'),
    method: z.enum(['PATCH', 'PUT', 'POST']).default('PATCH'),
    url: z
      .string()
      .max(2_000)
      .regex(/^https?:\/\/[^{}]+(?:\{anchor\}[^{}]*)?$/, 'Expected an address, with {anchor} where the record is named')
      .optional()
      .describe('Of `http`; of a source with an address, one of the same server, since it gets its credentials'),
  })
  .refine(({ kind, url }) => kind === 'file' || url !== undefined, { message: 'Needed for http', path: ['url'] })
  .meta({ id: 'SourceWriteBackSettings' })

export type SourceWriteBackSettings = z.infer<typeof writeBack>

/** When a source is read, what is held, who is told. What is left out takes its default. */
export const sourceSettings = z
  .strictObject({
    schedule: sourceSchedule.default({ kind: 'none' }),
    fullEveryHours: z
      .int()
      .min(1)
      .max(31 * 24)
      .default(24)
      .describe('Where changes can be read by themselves, all is read again so often'),
    guards: guards.default({ shrinkPercent: 20, growPercent: 50, emptyPercent: 10, badPercent: 5, badMin: 20 }),
    approval: z
      .enum(['auto', 'always', 'never'])
      .default('auto')
      .describe(
        'Whether somebody must apply what a read would do: `auto` asks at the first read, for uploads and after other rules',
      ),
    authority: z
      .record(z.string().min(1).max(500), z.int().min(1).max(1_000))
      .default({})
      .describe('Attributes of people for which another precedence holds, such as `{"title":5}`'),
    writeBack: writeBack.optional().describe('What the source is told of its people, such as mail and user name'),
    notify: z
      .array(mailAddress)
      .max(20)
      .default([])
      .describe('Who is told by mail when something is wrong, besides administrators'),
  })
  .meta({ id: 'SourceSettings' })

export type SourceSettings = z.infer<typeof sourceSettings>

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format().length > 0
  } catch {
    return false
  }
}
