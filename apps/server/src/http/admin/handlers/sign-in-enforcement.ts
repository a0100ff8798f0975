import type { RouteAnswer } from '@rollcall/admin-api'
import { enforceSingleSignOn, readEnforcement, type Enforcement } from '../../../sign-in/enforcement.ts'
import { getOrganization } from '../../../access/organizations.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'

type View = RouteAnswer<'getSignInEnforcement'>

export const signInEnforcementHandlers: Handlers<'getSignInEnforcement' | 'enforceSingleSignOn'> = {
  getSignInEnforcement: async ({ parts, organization, call }) => {
    const row = await getOrganization(parts.database, organization.id)
    return { body: view(await readEnforcement(parts.database, row, call.now)) }
  },

  enforceSingleSignOn: async ({ parts, organization, call }, { body }) => {
    const request = { organizationId: organization.id, isEnforced: body.enforced }
    return { body: view(await enforceSingleSignOn(parts.database, call, request)) }
  },
}

function view({ isEnforced, isReady, providers, test, waysBack }: Enforcement): View {
  return {
    enforced: isEnforced,
    ready: isReady,
    identityProviders: providers,
    test:
      test === undefined
        ? null
        : {
            id: formatTypeId('sit', test.id),
            identityProvider: formatTypeId('idp', test.providerId),
            finishedAt: test.finishedAt.toISOString(),
          },
    wayBack: waysBack.map(({ userId, userName, name, hasPasskey, hasRecoveryCodes, isBuiltIn }) => ({
      id: formatTypeId('usr', userId),
      userName,
      name,
      by: [
        ...(hasPasskey ? ['passkey' as const] : []),
        ...(hasRecoveryCodes ? ['recoveryCodes' as const] : []),
        ...(isBuiltIn ? ['builtIn' as const] : []),
      ],
    })),
  }
}
