import { isJsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { ownerRole } from '../access/built-in-roles.ts'
import type { Call } from '../access/call.ts'
import { getOrganization, updateOrganization, type Organization } from '../access/organizations.ts'
import { toSignInSettings } from '../access/sign-in-settings.ts'
import { selectEnabledProviders } from '../db/queries/identity-providers.ts'
import { selectPassedTest, selectWaysBack, type WayBackRow } from '../db/queries/sign-in-tests.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { signInTestMs } from './trial.ts'

const waysBackMax = 20

export type Enforcement = {
  readonly isEnforced: boolean
  readonly isReady: boolean
  /** How many are on whose type is a way in. */
  readonly providers: number
  readonly test: { readonly id: string; readonly providerId: string; readonly finishedAt: Date } | undefined
  readonly waysBack: readonly WayBackRow[]
}

/** Whether identity providers are the only way in, and what is missing before they may be. */
export async function readEnforcement(
  db: Queryable,
  organization: Pick<Organization, 'id' | 'settings'>,
  now: Date,
): Promise<Enforcement> {
  const { methods } = toSignInSettings(organization.settings)
  const types = (['saml', 'oidc'] as const).filter((type) => methods[type])
  const since = new Date(now.getTime() - signInTestMs.counts)
  const [enabled, test, waysBack] = await Promise.all([
    selectEnabledProviders(db, organization.id),
    selectPassedTest(db, organization.id, { types, since }),
    selectWaysBack(db, organization.id, { ownerRoleId: ownerRole.id, rowsMax: waysBackMax }),
  ])
  const providers = enabled.filter(({ type }) => methods[type]).length
  const isEnforced = !methods.password && !methods.passkey
  const isReady = providers > 0 && test !== undefined && waysBack.length > 0
  return { isEnforced, isReady, providers, test, waysBack }
}

/**
 * Takes password and passkey away as ways in, or gives them back. Owners keep their passkeys and recovery codes, which is
 * what the last condition is for. Throws `notEnforceable`, `versionMismatch`.
 */
export async function enforceSingleSignOn(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly isEnforced: boolean },
): Promise<Enforcement> {
  const organization = await getOrganization(database, request.organizationId)
  const before = await readEnforcement(database, organization, call.now)
  if (before.isEnforced === request.isEnforced) return before
  if (request.isEnforced && !before.isReady) throw new AccessError('notEnforceable', missing(before))
  const { settings } = organization
  const { methods } = toSignInSettings(settings)
  const signIn = isJsonObject(settings['signIn']) ? settings['signIn'] : {}
  const ways = { ...methods, password: !request.isEnforced, passkey: !request.isEnforced }
  const after = await updateOrganization(database, call, {
    organizationId: organization.id,
    command: {
      settings: { ...settings, signIn: { ...signIn, methods: ways } },
    },
    ifVersion: organization.version,
  })
  return readEnforcement(database, after, call.now)
}

function missing({ providers, test, waysBack }: Enforcement): string {
  const all = [
    ...(providers > 0 ? [] : ['an identity provider that is on']),
    ...(test === undefined ? ['a test sign-in that passed within the last hour'] : []),
    ...(waysBack.length > 0 ? [] : ['an owner with a passkey, recovery codes or a built-in account']),
  ]
  return `Before identity providers may be the only way in there must be ${all.join(', and ')}`
}
