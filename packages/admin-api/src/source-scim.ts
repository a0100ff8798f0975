import { z } from 'zod'
import { sourceUrl } from './source-url.ts'

/** Another SCIM 2.0 server, whose people come in. */
export const scimPlace = z.strictObject({
  kind: z.literal('scim').describe('A SCIM 2.0 server; what names a record is `id` or `externalId`, as the rules say'),
  url: sourceUrl().describe('What stands before `/Users`'),
  ca: z.string().max(100_000).optional().describe('Authorities (PEM) besides those of the system'),
  filter: z.string().min(1).max(2_000).optional().describe('Only whom this filter of SCIM finds'),
  pageSize: z.int().min(1).max(1_000).default(100),
  delta: z
    .enum(['auto', 'never'])
    .default('auto')
    .describe('`auto`: where the server filters by `meta.lastModified`, only what changed is read in between'),
})

export type ScimPlace = z.infer<typeof scimPlace>
