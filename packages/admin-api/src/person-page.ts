import { z } from 'zod'
import { appState } from './apps.ts'
import { onPerson } from './people.ts'
import { none, type Route } from './route.ts'
import { idOf, instant, namedOf } from './values.ts'

const account = z
  .object({
    app: namedOf('app').extend({ state: appState }),
    state: z
      .enum(['inSync', 'pending', 'waiting', 'failed', 'held', 'disabled', 'outOfScope', 'ignored'])
      .describe('`waiting`: for another object; `held`: for the approval of a mass change; see `GET …/apps/{app}/why`'),
    targetKey: z.string().nullable().describe('Id of the account in the app'),
    appliedAt: instant.nullable().describe('When it was last written for certain'),
    failure: z
      .object({
        code: z.string(),
        attribute: z.string().nullable(),
        detail: z.string().nullable(),
        at: instant.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'PersonAccount' })

const team = z
  .object({
    team: namedOf('team').extend({ handle: z.string().nullable() }),
    since: instant,
    until: instant.nullable(),
    via: z
      .enum(['manual', 'rule', 'group', 'connection'])
      .describe(
        'Why: by hand, by the rule of the team, by the group that it follows, by the connection whose group it is',
      ),
    source: z
      .object({ id: idOf('externalGroup', 'connection'), name: z.string().nullable() })
      .nullable()
      .describe('The group or the connection'),
  })
  .meta({ id: 'PersonPageTeam' })

const page = z
  .object({
    accounts: z.array(account).nullable().describe('In apps, by their names; null: the caller may not read apps'),
    teams: z
      .array(team)
      .nullable()
      .describe('That the person is in itself, by name; null: the caller may not read teams'),
    signIn: z
      .object({
        providers: z.array(
          z.object({
            provider: namedOf('identityProvider').extend({ type: z.enum(['saml', 'oidc']) }),
            subject: z.string().describe('NameID or `sub`: what the provider calls the person'),
            linkedAt: instant,
            lastAt: instant,
          }),
        ),
        hasPassword: z.boolean(),
        passkeys: z.int().min(0),
        hasTotp: z.boolean(),
        recoveryCodesLeft: z.int().min(0),
        sessions: z.int().min(0).describe('That last'),
        lastSignInAt: instant.nullable().describe('As far back as sessions are kept'),
      })
      .nullable()
      .describe('Null: the caller may not read how people sign in'),
    keys: z.int().min(0).nullable().describe('Of the person, that are good; null: the caller may not read keys'),
    notices: z
      .array(z.object({ id: idOf('notice'), kind: z.string(), createdAt: instant, details: z.unknown() }))
      .nullable()
      .describe('About keys of the person, that nobody has acknowledged'),
  })
  .meta({ id: 'PersonPageDetails' })

export const personPageRoutes = {
  getPersonPage: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/people/{person}/page',
    tag: 'People',
    summary:
      'What a page about a person shows besides the account: accounts in apps, teams and why, ways to sign in, notices',
    scope: 'people:read',
    params: onPerson,
    query: none,
    body: null,
    status: 200,
    answer: page,
    errors: [],
  },
} as const satisfies Record<string, Route>
