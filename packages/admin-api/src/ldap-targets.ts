import { z } from 'zod'
import { expiresAt } from './credentials-end.ts'

/** RFC 4512 §1.4: a name, or an object identifier. */
const attributeName = z.string().regex(/^(?:[a-z][a-z\d-]*|\d+(?:\.\d+)*)$/i, 'Expected the name of an attribute')
const distinguishedName = z
  .string()
  .max(1_000)
  .regex(/^[a-z\d.-]+ *=.+$/is, 'Expected a distinguished name such as ou=People,dc=acme,dc=com')

/** Where an LDAP server is. Path, query and the like would be ignored, so they are refused. */
const ldapUrl = z
  .string()
  .max(500)
  .regex(
    /^ldaps?:\/\/(?:[a-z\d](?:[a-z\d.-]*[a-z\d])?|\[[\da-f:.]+\])(?::\d{1,5})?\/?$/i,
    'Expected ldaps://host or ldap://host, with a port where it is another than 636 or 389',
  )

export const ldapFlavours = ['openldap', 'activeDirectory'] as const

/** What a directory does in its own way. What is left out is as its flavour says. */
export const ldapProfile = z
  .strictObject({
    userRdn: attributeName.describe('The attribute that names a person: `uid` of OpenLDAP, `cn` of Active Directory'),
    userClasses: z.array(attributeName).min(1).max(20).describe('Object classes of a new person'),
    userFilter: z.string().min(3).max(1_000).describe('Who counts as a person (RFC 4515)'),
    groupRdn: attributeName,
    groupClasses: z.array(attributeName).min(1).max(20).describe('Object classes of a new group'),
    groupFilter: z.string().min(3).max(1_000).describe('What counts as a group (RFC 4515)'),
    memberAttribute: z.enum(['member', 'uniqueMember']),
    placeholderMember: distinguishedName
      .nullable()
      .describe('Stands in groups that may not be empty (groupOfNames); null: none is needed'),
    disabledBy: z
      .strictObject({ attribute: attributeName, disabled: z.string().min(1).max(500), enabled: z.string().nullable() })
      .nullable()
      .describe(
        'OpenLDAP: the attribute that disables, and its values; `enabled` null: it is taken away. Null: moving does, or nothing',
      ),
    disabledDn: distinguishedName
      .nullable()
      .describe('Where the disabled are moved to; null: they stay where they are'),
    initialPassword: z
      .enum(['none', 'random'])
      .describe('random: new people get one that nobody knows, as Active Directory asks for before it enables them'),
    references: z.array(attributeName).max(20).describe('Attributes that name another entry, such as `manager`'),
    groupAttributes: z
      .array(attributeName)
      .max(100)
      .describe('Read of groups besides the usual ones: not all of them are read, since members may be many'),
    hasGroups: z.boolean(),
    membersMax: z.int().min(1).max(10_000).describe('So many members go in one change'),
    pageSize: z.int().min(1).max(1_000),
    readLagMs: z.int().min(0).max(600_000).describe('After a write another server may show the old state for so long'),
    requestTimeoutMs: z.int().min(1_000).max(60_000),
    requestsPerSecondMax: z.number().min(0.1).max(100_000),
    permitsMax: z.int().min(1).max(32).describe('So many connections are used at once'),
  })
  .partial()
  .meta({ id: 'LdapProfile' })

export type LdapProfileInput = z.infer<typeof ldapProfile>

/** Where a directory is, and which part of it is written. */
export const ldapTarget = z
  .strictObject({
    kind: z.literal('ldap'),
    flavour: z.enum(ldapFlavours),
    baseUrl: ldapUrl.describe(
      '`ldaps://host`, or `ldap://host` with `startTls`; without TLS only where the operator allows',
    ),
    startTls: z.boolean().default(false),
    ca: z.string().max(100_000).optional().describe('Certificates (PEM) of authorities besides those of the system'),
    baseDn: distinguishedName.describe('Nothing outside of it is read or written'),
    usersDn: distinguishedName
      .optional()
      .describe('Where new people go whom no mapping sends elsewhere; default: baseDn'),
    groupsDn: distinguishedName.optional().describe('Where new groups go; default: as people'),
    profile: ldapProfile.default({}),
  })
  .meta({ id: 'LdapTarget' })

export type LdapTargetSettings = z.infer<typeof ldapTarget>

/** Who we are to a directory: a name, or on Active Directory also `user@domain` or `DOMAIN\user`. */
export const ldapCredentials = z.strictObject({
  kind: z.literal('ldap').describe('A simple bind'),
  dn: z
    .string()
    .max(1_000)
    .regex(/^[^\0]*[=@\\][^\0]*$/, 'Expected a distinguished name, or user@domain'),
  password: z.string().min(1).max(10_000),
  expiresAt,
})
