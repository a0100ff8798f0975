import { z } from 'zod'
import { none, type Route } from './route.ts'
import { displayName, idOf, instant, mailAddress, namedOf, namesChange } from './values.ts'

const languageTagCharactersMax = 35
const timeZoneCharactersMax = 60
const passwordCharactersMax = 1_024

/** Attributes that people may change of themselves where no source manages them. */
const ownAttribute = z.enum(['displayName', 'preferredLanguage', 'timezone', 'emails'])

const account = z
  .object({
    id: idOf('user'),
    userName: z.string(),
    displayName: z.string().nullable(),
    email: z.string().nullable(),
    preferredLanguage: z.string().nullable().describe('What mails are written in; null: as the organization says'),
    timezone: z.string().nullable().describe('A name of the IANA database'),
    managedBy: namedOf('connection').nullable().describe('The connection that says who this is; null: nobody does'),
    lockedAttributes: z.array(ownAttribute).describe('Those that come from there, and cannot be changed here'),
    hasPassword: z.boolean(),
    passkeysWork: z.boolean().describe('False: browsers make no passkeys for the public address of this server'),
    needsSecondFactor: z.boolean().describe('The roles of this person want one; the last one cannot be removed'),
    providers: z
      .array(
        z.object({
          provider: namedOf('identityProvider').extend({ type: z.enum(['saml', 'oidc']) }),
          subject: z.string().describe('NameID or `sub`: what the provider calls the person'),
          linkedAt: instant,
          lastAt: instant,
        }),
      )
      .describe('Identity providers that the account is linked with'),
  })
  .meta({ id: 'OwnAccount' })

const text = (charactersMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(charactersMax)
    .regex(/^\P{Cc}*$/u, 'Expected no control characters')

const own = {
  tag: 'Own account',
  scope: 'any',
  params: none,
  query: none,
} as const

export const ownAccountRoutes = {
  getOwnAccount: {
    ...own,
    method: 'GET',
    path: '/api/v1/me',
    summary: 'The account of whoever is signed in with the cookie of this request; 404 with a key, as all of these',
    body: null,
    status: 200,
    answer: account,
    errors: [],
  },
  updateOwnAccount: {
    ...own,
    method: 'PATCH',
    path: '/api/v1/me',
    summary: 'Change one’s own name, language or time zone, as far as no source manages them; null: none',
    body: z
      .strictObject({
        displayName: displayName.nullable().optional(),
        preferredLanguage: text(languageTagCharactersMax).nullable().optional().describe('Such as `ko` or `fr-CA`'),
        timezone: text(timeZoneCharactersMax).nullable().optional().describe('Such as `Asia/Seoul`'),
      })
      .refine(...namesChange)
      .meta({ id: 'OwnAccountUpdate' }),
    status: 200,
    answer: account,
    errors: ['locked', 'conflict'],
  },
  requestOwnEmail: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/email',
    summary: 'Ask for another mail address: old and new one get a link, and it changes when both were opened',
    body: z.strictObject({ email: mailAddress }).meta({ id: 'OwnEmailRequest' }),
    status: 204,
    answer: null,
    errors: ['locked', 'conflict'],
  },
  changeOwnPassword: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/password',
    summary: 'Choose another password; every other session of the person ends',
    body: z
      .strictObject({
        current: z.string().min(1).max(passwordCharactersMax),
        password: z.string().min(1).max(passwordCharactersMax),
      })
      .meta({ id: 'OwnPasswordChange' }),
    status: 204,
    answer: null,
    errors: [],
  },
} as const satisfies Record<string, Route>
