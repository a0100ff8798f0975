import { z } from 'zod'

/** RFC 4512 §1.4: a name, or an object identifier. */
const attributeName = z.string().regex(/^(?:[a-z][a-z\d-]*|\d+(?:\.\d+)*)$/i, 'Expected the name of an attribute')
const distinguishedName = z
  .string()
  .max(1_000)
  .regex(/^[a-z\d.-]+ *=.+$/is, 'Expected a distinguished name such as ou=People,dc=acme,dc=com')
const filter = z.string().min(3).max(5_000)
const bases = z.array(distinguishedName).min(1).max(20)
const scope = z.enum(['sub', 'one']).default('sub').describe('All below a base, or what is directly below it')

const groups = z
  .strictObject({
    bases: bases.optional().describe('Where groups are; default: where people are'),
    scope,
    filter: filter
      .default(
        '(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames)(objectClass=posixGroup)(objectClass=group))',
      )
      .describe('What counts as a group (RFC 4515)'),
    nameAttribute: attributeName.default('cn'),
    memberAttribute: z
      .enum(['member', 'uniqueMember', 'memberUid'])
      .default('member')
      .describe('`memberUid` names people by their `uid`, the others by their names in the tree'),
    attributes: z
      .array(attributeName)
      .max(50)
      .optional()
      .describe('Columns of groups besides those that every group has; for rules of teams'),
    columns: z
      .boolean()
      .optional()
      .describe('False: people have no columns `groups` and `groupIds`, which cost a look at all groups in every read'),
  })
  .describe(
    'Whose direct members people are: columns `groups` (names) and `groupIds`; and what becomes teams where the rules have `teams`',
  )

/** How people are read from an LDAP directory, which may be an Active Directory. */
export const ldapPull = z
  .strictObject({
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535).optional().describe('Default: 636 for `ldaps`, else 389'),
    tls: z
      .enum(['ldaps', 'startTls', 'off'])
      .default('ldaps')
      .describe('`off` only to addresses that the operator of Rollcall allowed'),
    ca: z.string().max(100_000).optional().describe('Authorities (PEM) besides those of the system'),
    flavour: z.enum(['openldap', 'activeDirectory', 'other']),
    bases,
    scope,
    filter: filter
      .optional()
      .describe(
        'Who counts as a person (RFC 4515); default: `(objectClass=inetOrgPerson)`, or users of Active Directory',
      ),
    attributes: z
      .array(attributeName)
      .min(1)
      .max(200)
      .optional()
      .describe('Default: all of people, without photos; passwords are never read'),
    lists: z
      .array(attributeName)
      .max(200)
      .default([])
      .describe('Columns that are lists even with one value; others are lists where there are several'),
    references: z
      .array(attributeName)
      .max(5)
      .default(['manager'])
      .describe('Attributes that name another entry: its anchor becomes a column `<attribute>Anchor`'),
    idAttribute: attributeName
      .optional()
      .describe('What an entry is known by while it lives; default: `entryUUID`, or `objectGUID` of Active Directory'),
    pageSize: z.int().min(1).max(1_000).default(500),
    groups: groups.optional(),
    delta: z
      .enum(['auto', 'syncrepl', 'dirSync', 'usn', 'timestamps', 'none'])
      .default('auto')
      .describe(
        'How changes are read: `auto` takes syncrepl (RFC 4533) or DirSync where the server offers it to us, else numbers or times of changes with a look at who is there',
      ),
    overlapMinutes: z
      .int()
      .min(0)
      .max(1_440)
      .default(5)
      .describe('Of `timestamps`: asked for so much more, since clocks differ'),
    answerSeconds: z.int().min(5).max(600).default(60).describe('So long one answer may take'),
  })
  .meta({ id: 'LdapPull' })

export type LdapPull = z.infer<typeof ldapPull>
