import { z } from 'zod'
import { ldapPull } from './source-directories.ts'
import { csvFormat, httpPull, sqlPull } from './source-formats.ts'
import { scimPlace } from './source-scim.ts'
import { sourceUrl } from './source-url.ts'

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
      tokenUrl: sourceUrl({ instead: 'clientId and clientSecret' }),
      clientId: z.string().min(1).max(500),
      clientSecret: secret,
      scope: z.string().max(2_000).optional(),
      audience: z.string().max(2_000).optional().describe('Sent as `audience`, as some servers demand'),
      secretIn: z.enum(['header', 'body']).default('header'),
    }),
  ])
  .meta({ id: 'SourceCredentials' })

export type SourceCredentials = z.infer<typeof sourceCredentials>

const tableOrLines = {
  format: z
    .enum(['csv', 'jsonl'])
    .default('csv')
    .describe('`csv`: a table with a header; `jsonl`: an object a line (JSON Lines, NDJSON), in UTF-8'),
  csv: csvFormat.optional().describe('How the table is written; found out when left out'),
}

const filePlace = z.strictObject({
  kind: z.literal('file').describe('Files that are uploaded'),
  ...tableOrLines,
})

const folderPlace = z.strictObject({
  kind: z.literal('folder').describe('The newest file of a folder of the server, looked at by the schedule'),
  path: z
    .string()
    .max(500)
    .default('.')
    .describe('Below the folder of the organization, which the operator makes: `ROLLCALL_SOURCE_FOLDERS`/id of it'),
  pattern: z.string().min(1).max(200).default('*.csv').describe('Of names of files, with `*` and `?`'),
  ...tableOrLines,
})

const urlPlace = z.strictObject({
  kind: z.literal('url').describe('A file behind an address, asked for by its ETag'),
  url: sourceUrl(),
  ca: z.string().max(100_000).optional().describe('Authorities (PEM) besides those of the system'),
  ...tableOrLines,
})

const httpPlace = httpPull.extend({ kind: z.literal('http').describe('A JSON API') })
const sqlPlace = sqlPull.extend({ kind: z.literal('sql').describe('A PostgreSQL; its credentials are `basic`') })
const ldapPlace = ldapPull.extend({
  kind: z
    .literal('ldap')
    .describe('An LDAP directory; its credentials are `basic`: the name to bind as, and its password'),
})

const uploadPlace = z.strictObject({
  kind: z.literal('upload').describe('Clients upload records over the API, also in the way of Microsoft Entra ID'),
})

/** Where a source is, and how it is spoken to. */
export const sourcePlace = z
  .discriminatedUnion('kind', [
    filePlace,
    folderPlace,
    urlPlace,
    httpPlace,
    sqlPlace,
    uploadPlace,
    scimPlace,
    ldapPlace,
  ])
  .meta({ id: 'SourcePlace' })

export type SourcePlace = z.infer<typeof sourcePlace>
