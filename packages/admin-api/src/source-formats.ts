import { z } from 'zod'

/** `auto` looks at the beginning: a byte order mark, then UTF-8 if it is, then Shift_JIS or EUC-KR. */
export const csvEncoding = z
  .enum(['auto', 'utf-8', 'utf-16le', 'utf-16be', 'shift_jis', 'euc-kr'])
  .describe('`shift_jis` and `euc-kr` as Windows writes them (CP932, CP949)')

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
