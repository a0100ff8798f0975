import { z } from 'zod'
import { sourceUrl } from './source-url.ts'

/** `auto` looks at the beginning: a byte order mark, then UTF-8 if it is, then Shift_JIS, EUC-KR or what Windows writes in Western Europe. */
export const csvEncoding = z
  .enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'shift_jis', 'euc-kr', 'windows-1252'])
  .describe('`shift_jis` and `euc-kr` as Windows writes them (CP932, CP949); `windows-1252` holds ISO 8859-1')

/** How a file of comma-separated values is written. */
export const csvFormat = z
  .strictObject({
    encoding: csvEncoding.default('auto'),
    delimiter: z
      .enum(['auto', ',', ';', '\t', '|'])
      .default('auto')
      .describe('`auto`: the one that the header has most of'),
    columns: z
      .array(z.string().min(1).max(500))
      .min(1)
      .max(500)
      .optional()
      .describe('Names of the columns of a file without a header'),
    nullText: z.string().min(1).max(100).optional().describe('A cell with this text is empty too, such as `NULL`'),
    unguard: z
      .boolean()
      .default(false)
      .describe('Takes the apostrophe away that our exports put before `=`, `+`, `-` and `@`'),
    trailer: z
      .strictObject({
        mark: z.string().min(1).max(100).describe('What the first cell of the last line says'),
        countIn: z
          .int()
          .min(2)
          .max(500)
          .optional()
          .describe('Which of its cells, from 1, says how many rows there are'),
      })
      .optional()
      .describe('A file without it was cut off'),
  })
  .meta({ id: 'CsvFormat' })

export type CsvFormat = z.infer<typeof csvFormat>

const parameter = z.string().regex(/^[\w.$~-]{1,100}$/, 'Expected the name of a query parameter')
const path = z.string().min(1).max(500)
const pageSize = z.int().min(1).max(10_000)
const size = {
  sizeParameter: parameter.optional().describe('Says how many records a page has'),
  size: pageSize.default(100),
}

const paging = z.discriminatedUnion('style', [
  z.strictObject({ style: z.literal('none').describe('All records in one answer') }),
  z
    .strictObject({
      style: z.literal('page'),
      parameter: parameter.default('page'),
      first: z.int().default(1),
      ...size,
    })
    .describe('Pages by number; one with fewer records than those before it is the last'),
  z
    .strictObject({
      style: z.literal('offset'),
      parameter: parameter.default('offset'),
      first: z.int().default(0),
      ...size,
    })
    .describe('By how many records come before; who is added while it is read moves others out of sight'),
  z
    .strictObject({ style: z.literal('link'), nextAt: path.optional(), ...size })
    .describe('By the address of the next page, in the answer at `nextAt`, else in the header `Link` (RFC 8288)'),
  z
    .strictObject({ style: z.literal('cursor'), parameter: parameter.default('cursor'), nextAt: path, ...size })
    .describe('By a token in the answer at `nextAt`'),
])

/** How people are pulled from a JSON API. Paths are names joined by dots, and so are the columns of records within records. */
export const httpPull = z
  .strictObject({
    url: sourceUrl(),
    ca: z.string().max(100_000).optional().describe('Authorities (PEM) besides those of the system'),
    recordsAt: path.optional().describe('Where the list of records is; the answer itself when left out'),
    totalAt: path.optional().describe('Where the answer says how many there are: fewer is a read that was cut off'),
    paging: paging.default({ style: 'none' }),
    delta: z
      .strictObject({
        parameter: parameter.default('updatedSince'),
        format: z.enum(['iso', 'epochSeconds', 'epochMilliseconds']).default('iso'),
        overlapMinutes: z
          .int()
          .min(0)
          .max(1_440)
          .default(5)
          .describe('Asked for so much more than since the last read'),
      })
      .optional()
      .describe('Asks only for what changed since the last read began'),
    deletedAt: path.optional().describe('A record where this is true, or a date, is gone'),
  })
  .meta({ id: 'HttpPull' })

export type HttpPull = z.infer<typeof httpPull>

/** How people are read from a table or view of a PostgreSQL. */
export const sqlPull = z
  .strictObject({
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535).default(5_432),
    database: z.string().min(1).max(63),
    tls: z
      .enum(['verify', 'off'])
      .default('verify')
      .describe('`off` only to addresses that the operator of Rollcall allowed'),
    ca: z.string().max(100_000).optional().describe('Authorities (PEM) besides those of the system'),
    query: z
      .string()
      .min(1)
      .max(20_000)
      .describe('One SELECT whose columns become those of the records; it is run read-only, with conditions around it'),
    key: z
      .string()
      .min(1)
      .max(63)
      .describe('Column that is unique and never null: pages go by it; an index makes them cheap'),
    delta: z
      .strictObject({
        column: z.string().min(1).max(63),
        kind: z
          .enum(['time', 'number'])
          .default('time')
          .describe('When a row changed, or a number that grows with each change'),
        overlap: z
          .int()
          .min(0)
          .max(1_000_000)
          .default(5)
          .describe('Asked for so much more, in minutes or numbers: who began earlier may commit later'),
      })
      .optional(),
    deletedAt: z.string().min(1).max(63).optional().describe('Column; where it is true, or a date, the row is gone'),
    statementSeconds: z.int().min(1).max(600).default(60).describe('So long one page may take'),
  })
  .meta({ id: 'SqlPull' })

export type SqlPull = z.infer<typeof sqlPull>
