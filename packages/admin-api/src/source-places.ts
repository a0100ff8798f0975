import { z } from 'zod'
import { csvFormat } from './source-formats.ts'

const secret = z.string().min(1).max(10_000)

/** How we say who we are to a source. Sealed when it is stored, never shown. */
export const sourceCredentials = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('bearer'), token: secret.regex(/^[\x21-\x7e]+$/, 'visible ASCII only') }),
    z.strictObject({ kind: z.literal('basic'), user: z.string().min(1).max(500), password: secret }),
    z.strictObject({
      kind: z.literal('apiKey'),
      header: z
        .string()
        .regex(/^[\w!#$%&'*+.^`|~-]+$/, 'Expected the name of a header')
        .max(200),
      key: secret.regex(/^[\x20-\x7e]+$/, 'visible ASCII only'),
    }),
    z.strictObject({
      kind: z.literal('oauth').describe('Client credentials (RFC 6749 §4.4)'),
      tokenUrl: z.url().max(2_000),
      clientId: z.string().min(1).max(500),
      clientSecret: secret,
      scope: z.string().max(2_000).optional(),
      audience: z.string().max(2_000).optional().describe('Sent as `audience`, as some servers demand'),
      secretIn: z.enum(['header', 'body']).default('header'),
    }),
  ])
  .meta({ id: 'SourceCredentials' })

export type SourceCredentials = z.infer<typeof sourceCredentials>

const filePlace = z.strictObject({
  kind: z.literal('file').describe('Files that are uploaded'),
  format: z
    .enum(['csv', 'jsonl'])
    .default('csv')
    .describe('`csv`: a table with a header; `jsonl`: an object a line (JSON Lines, NDJSON), in UTF-8'),
  csv: csvFormat.optional().describe('How the table is written; found out when left out'),
})

/** Where a source is, and how it is spoken to. */
export const sourcePlace = z.discriminatedUnion('kind', [filePlace]).meta({ id: 'SourcePlace' })

export type SourcePlace = z.infer<typeof sourcePlace>
