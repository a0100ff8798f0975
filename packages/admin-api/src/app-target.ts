import { z } from 'zod'
import { limits } from './values.ts'

const address = z
  .url({ protocol: /^https?$/ })
  .max(limits.urlCharactersMax)
  .describe('https; http only to addresses that ROLLCALL_OUTBOUND_ALLOW names')

/** Where an app keeps its accounts. */
export const appTarget = z
  .strictObject({
    kind: z.literal('scim'),
    url: address.describe('Base URL of its SCIM 2.0 endpoint, without /Users'),
    profile: z.string().min(1).max(60).default('generic').describe('What kind of server it is; see target profiles'),
    quirks: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('What differs from the profile, pinned by hand or by a qualification run'),
    certificates: z
      .string()
      .max(limits.metadataCharactersMax)
      .nullable()
      .default(null)
      .describe('PEM of its own certificate authority, besides those that everybody trusts'),
    ratePerSecondMax: z.number().min(0.01).max(10_000).nullable().default(null).describe("Null: the profile's"),
  })
  .meta({ id: 'AppTarget' })

/** Printable, since it stands in a header. */
const secret = z
  .string()
  .min(1)
  .max(8_000)
  .regex(/^[\x21-\x7E]+$/, 'Expected printable ASCII without spaces')
  .describe('Stored sealed and never shown')

/** How we prove to the app who we are. */
export const appCredentials = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('bearer'), token: secret }),
    z.strictObject({
      kind: z.literal('basic'),
      userName: z.string().min(1).max(500),
      password: z.string().min(1).max(8_000),
    }),
    z.strictObject({
      kind: z.literal('oauth'),
      tokenUrl: address,
      clientId: z.string().min(1).max(limits.clientIdCharactersMax),
      clientSecret: z.string().min(1).max(limits.clientSecretCharactersMax),
      scope: z.string().max(1_000).optional(),
      method: z.enum(['basic', 'post']).default('basic').describe('Where the client secret goes: header or body'),
    }),
  ])
  .meta({ id: 'AppCredentials' })

export type AppTarget = z.infer<typeof appTarget>

export type AppCredentials = z.infer<typeof appCredentials>
