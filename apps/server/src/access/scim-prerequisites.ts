import { selectActivity } from '../db/queries/connection-activity.ts'
import { selectOwnersOfOurOwn } from '../db/queries/administrators.ts'
import { countSamlProviders } from '../db/queries/identity-providers.ts'
import type { Queryable } from '../db/pool.ts'
import { AccessError } from './access-error.ts'
import { ownerRole } from './built-in-roles.ts'
import type { Connection } from './connections.ts'

/** What should stand before SCIM is switched on, with how it stands now. */
export type PrerequisiteState = 'met' | 'unmet' | 'notApplicable'

export type Prerequisite = {
  readonly name: string
  readonly title: string
  readonly state: PrerequisiteState
  readonly detail: string
  /** While it is unmet SCIM cannot be switched on. */
  readonly blocking: boolean
}

type Finding = { readonly state: PrerequisiteState; readonly detail: string }

/** One check; whoever adds a way to sign in adds its own to the list below. */
type PrerequisiteCheck = {
  readonly name: string
  readonly title: string
  /** Styles under which it must be met. */
  readonly blocksIn: readonly string[]
  readonly check: (database: Queryable, connection: Connection) => Promise<Finding>
}

/** In the order in which GitHub's guide has them (user-provisioning-with-scim-on-ghes). */
const checks: readonly PrerequisiteCheck[] = [
  {
    name: 'builtInOwner',
    title: 'Somebody can administer without the identity provider',
    blocksIn: ['github', 'github-org'],
    check: async (database, { organizationId }) => {
      const owners = await selectOwnersOfOurOwn(database, organizationId, ownerRole.id)
      if (owners > 0) return { state: 'met', detail: `Active owners whom no identity provider manages: ${owners}` }
      return {
        state: 'unmet',
        detail:
          'Nobody but people of an identity provider could switch SCIM off again: add a built-in person (builtIn: true) and give it the role owner',
      }
    },
  },
  {
    name: 'samlConfigured',
    title: 'SAML is configured',
    blocksIn: ['github'],
    check: async (database, { organizationId }) => {
      const { enabled } = await countSamlProviders(database, organizationId)
      if (enabled > 0) return { state: 'met', detail: `Enabled identity providers of SAML: ${enabled}` }
      return {
        state: 'unmet',
        detail:
          'People whom SCIM brings could not sign in: add an identity provider of SAML (identity-provider create)',
      }
    },
  },
  {
    name: 'noCustomUserNameMapping',
    title: 'No custom mapping of the SAML user attribute',
    blocksIn: ['github'],
    check: async (database, { organizationId }) => {
      const { enabled, custom } = await countSamlProviders(database, organizationId)
      if (enabled === 0) return { state: 'notApplicable', detail: 'There is no identity provider of SAML yet' }
      if (custom === 0) return { state: 'met', detail: 'Every identity provider of SAML names people by NameID' }
      return {
        state: 'unmet',
        detail: `Identity providers of SAML that take another attribute for userName: ${custom}. Under SCIM such mappings are no longer consulted: take attributes.userName out of their settings`,
      }
    },
  },
  {
    name: 'firstCallAnswered',
    title: 'The first call of the identity provider was answered',
    blocksIn: [],
    check: async (database, { organizationId, id }) => {
      const activity = await selectActivity(database, organizationId, id)
      const at = activity?.lastSuccessAt ?? null
      if (at !== null) return { state: 'met', detail: `Last answered at ${at.toISOString()}` }
      return {
        state: 'unmet',
        detail: 'No request of this connection was answered yet: test it with the key that the identity provider has',
      }
    },
  },
]

export async function listPrerequisites(database: Queryable, connection: Connection): Promise<readonly Prerequisite[]> {
  return Promise.all(
    checks.map(async ({ name, title, blocksIn, check }) => ({
      name,
      title,
      ...(await check(database, connection)),
      blocking: blocksIn.includes(connection.style),
    })),
  )
}

/** Throws `prerequisiteUnmet`, which names all that stand in the way. */
export async function requirePrerequisites(database: Queryable, connection: Connection): Promise<void> {
  const all = await listPrerequisites(database, connection)
  const unmet = all.filter((each) => each.blocking && each.state === 'unmet')
  if (unmet.length === 0) return
  const list = unmet.map(({ name, detail }) => `${name}: ${detail}`).join('; ')
  throw new AccessError('prerequisiteUnmet', `SCIM cannot be switched on yet. ${list}`)
}
