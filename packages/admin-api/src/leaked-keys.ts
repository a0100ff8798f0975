import { z } from 'zod'
import { none, type Route } from './route.ts'
import { limits } from './values.ts'

export const reportLeakedKeysBody = z
  .strictObject({
    keys: z.array(z.string().min(1).max(200)).min(1).max(limits.leakedKeysMax),
    source: z
      .string()
      .trim()
      .min(1)
      .max(300)
      .regex(/^\P{Cc}*$/u, 'Expected no control characters')
      .optional()
      .describe('Where they were found, such as the address of a file'),
  })
  .meta({ id: 'LeakedKeys' })

export const leakedKeysReport = z
  .object({
    data: z
      .array(
        z.object({
          hint: z.string().nullable().describe('Prefix and last four characters; null for what is no key'),
          outcome: z
            .enum(['revoked', 'alerted', 'ended', 'unknown', 'noKey'])
            .describe(
              'Revoked; its organization alerted; opened nothing any more; none of ours; never was a key, by its checksum',
            ),
        }),
      )
      .describe('In the order of the request'),
  })
  .meta({ id: 'LeakedKeysReport' })

export const leakedKeyRoutes = {
  reportLeakedKeys: {
    method: 'POST',
    path: '/api/v1/leaked-keys',
    tag: 'Keys',
    summary: 'Report keys that were found where they must not be; they are revoked, or their organization is alerted',
    scope: 'none',
    params: none,
    query: none,
    body: reportLeakedKeysBody,
    status: 200,
    answer: leakedKeysReport,
    errors: [],
  },
} as const satisfies Record<string, Route>
