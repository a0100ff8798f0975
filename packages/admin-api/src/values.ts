import { z } from 'zod'
import { idPrefixes, idSuffixPattern } from './ids.ts'

/** Limits of the admin API, each with its unit. */
export const limits = {
  pageSizeDefault: 50,
  pageSizeMax: 200,
  bodyBytesMax: 256 * 1024,
  partBytesMax: 8 * 1024 * 1024,
  nameCharactersMax: 120,
  slugCharactersMax: 63,
  cursorCharactersMax: 1024,
  idempotencyKeyCharactersMax: 200,
  idempotencyHours: 24,
  scopesMax: 32,
  rolesMax: 32,
  descriptionCharactersMax: 500,
  groupNameCharactersMax: 256,
  roleMappingsMax: 1_000,
  overlapSecondsMax: 30 * 24 * 3600,
  mailAddressCharactersMax: 254,
  searchCharactersMax: 200,
  networksMax: 50,
  clientKeysMax: 10,
  redirectUrisMax: 20,
  leakedKeysMax: 20,
  attributeNameCharactersMax: 256,
  urlCharactersMax: 2_000,
  signInMappingsMax: 1_000,
  metadataCharactersMax: 200_000,
  metadataSignersMax: 10,
  certificateCharactersMax: 16_384,
  clientIdCharactersMax: 500,
  domainCharactersMax: 253,
  providerDomainsMax: 100,
  clientSecretCharactersMax: 2_000,
} as const

type IdKind = keyof typeof idPrefixes

/** The schema of an id of ours, of this kind or of one of these. */
export function idOf(kind: IdKind, ...others: readonly IdKind[]): z.ZodString {
  const prefixes = [kind, ...others].map((each) => idPrefixes[each])
  const prefix = others.length === 0 ? prefixes.join() : `(?:${prefixes.join('|')})`
  const like = prefixes.map((each) => `${each}_01h4…`).join(' or ')
  return z
    .string()
    .regex(new RegExp(`^${prefix}_${idSuffixPattern}$`), `Expected an id like ${like}`)
    .meta({ examples: prefixes.map((each) => `${each}_01h4zpwq00e008000000000000`) })
}

/** Something of ours by its id, with the name that people read. */
export function namedOf(kind: IdKind) {
  return z.object({ id: idOf(kind), name: z.string() })
}

export const instant = z.iso
  .datetime({ offset: true })
  .describe('RFC 3339, in UTC')
  .meta({ examples: ['2026-11-21T09:30:00.000Z'] })

export const slug = z
  .string()
  .max(limits.slugCharactersMax)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, 'Expected lower-case letters, digits and hyphens inside')
  .describe('Names the organization in URLs, such as that of its SCIM endpoint')
  .meta({ examples: ['acme'] })

export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(limits.nameCharactersMax)
  .regex(/^\P{Cc}*$/u, 'Expected no control characters')

export const mailAddress = z
  .string()
  .trim()
  .max(limits.mailAddressCharactersMax)
  .regex(/^[^\s@<>,;:"()[\]\\]+@[^\s@<>,;:"()[\]\\]+$/, 'Expected one mail address')
  .meta({ examples: ['okta-sync@example.com'] })

export const searchText = z.string().trim().min(1).max(limits.searchCharactersMax)

export const version = z.int().min(1).describe('Counts up with every change; `ETag` is `"<version>"`')

/** Path parameter: both name the same organization, the slug is for people. */
export const organizationReference = z
  .string()
  .min(1)
  .max(limits.slugCharactersMax)
  .describe('Id (`org_…`) or slug of the organization')
  .meta({ examples: ['acme'] })

/** Query parameters are text; these two are the wire form of a yes or no. */
export const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** For `refine`: a change must change something, and what confirms one changes nothing by itself. */
export const namesChange = [
  (body: object) => Object.entries(body).some(([name, value]) => name !== 'confirm' && value !== undefined),
  'Expected at least one field to change',
] as const

/** What names a record or a group for ever in its source. */
export const anchor = z.string().min(1).max(1_000)

/** What every list takes. */
export const pageQuery = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(limits.pageSizeMax)
    .default(limits.pageSizeDefault)
    .describe('How many entries a page has at most'),
  cursor: z
    .string()
    .min(1)
    .max(limits.cursorCharactersMax)
    .optional()
    .describe('`nextCursor` of the page before, with the same filters'),
  total: flag.optional().describe('`true` counts all entries that match; it may be slow'),
}

/** How many entries a list has, where not all of them are counted. */
export const estimatedCount = z
  .object({
    value: z.int().min(0),
    exact: z.boolean().describe('False: about so many'),
  })
  .meta({ id: 'EstimatedCount' })

export const countQuery = z
  .enum(['estimated', 'exactly'])
  .optional()
  .describe('`estimated`: how many match, exact up to 10,000 and about so many beyond; `exactly`: it may be slow')

/** A page: never with a number of pages, which nobody can count cheaply. */
export function pageOf<Entry extends z.ZodType>(entry: Entry, name: string) {
  return z
    .object({
      data: z.array(entry),
      nextCursor: z.string().nullable().describe('Null on the last page'),
      hasMore: z.boolean(),
      total: z.int().min(0).optional().describe('Only with `total=true`'),
    })
    .meta({ id: name })
}

/** A person as a body or query names it: by account id, or by the id that SCIM knows. */
export const personReference = z.union([idOf('user'), z.uuid()], {
  error: 'Expected the account id of a person, like usr_01h4…, or the SCIM id; see person list',
})
