import type { JsonObject } from '@rollcall/scim'
import { insertSignInFailure, trimSignInFailuresOf } from '../../db/queries/saml-exchange.ts'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import { createId } from '../../type-id.ts'
import { mask } from '../saml/trace.ts'
import type { OidcDoor } from './exchange.ts'
import { toOidcSettings } from './settings.ts'

/** So many failures of one identity provider are kept. */
const failuresMax = 1_000
const textCharactersMax = 300

/** What may be shown of an answer: no code, no state. */
const shownParameters = ['error', 'error_description', 'error_uri', 'iss']

/** Keeps a refusal for whoever looks for the fault (CON-G8); returns the id under which it is found. */
export async function keepFailure(
  { database, now, requestId }: OidcDoor,
  provider: SealedIdentityProvider,
  refused: {
    readonly code: string
    readonly detail: string
    readonly parameters: URLSearchParams
    /** What the claims said, once they were found sound. */
    readonly attributes?: ReadonlyMap<string, readonly string[]> | undefined
  },
): Promise<string> {
  const { organizationId, id: providerId } = provider
  const id = createId()
  const { code, detail } = refused
  await insertSignInFailure(database, {
    organizationId,
    id,
    providerId,
    at: now,
    code,
    detail: detail.slice(0, 1_000),
    exchange: { ...trace(provider, refused.parameters), ...traceClaims(refused.attributes) },
    requestId,
  })
  await trimSignInFailuresOf(database, { organizationId, providerId }, failuresMax)
  return id
}

function trace(provider: SealedIdentityProvider, parameters: URLSearchParams): JsonObject {
  const { issuer, clientId, scopes } = toOidcSettings(provider.settings)
  const shown = shownParameters.flatMap((name) => {
    const value = parameters.get(name)
    return value === null ? [] : [[name, value.slice(0, textCharactersMax)] as const]
  })
  return {
    protocol: 'oidc',
    issuer,
    clientId,
    scopes: [...scopes],
    parameters: [...new Set(parameters.keys())].slice(0, 20).map((name) => name.slice(0, textCharactersMax)),
    ...Object.fromEntries(shown),
  }
}

/** So many claims are told about, and so many values of one. */
const claimsMax = 50

/** Of people a letter and the domain. */
function traceClaims(attributes: ReadonlyMap<string, readonly string[]> | undefined): JsonObject {
  if (attributes === undefined) return {}
  const claims = [...attributes].slice(0, claimsMax).map(([name, values]) => ({
    name: name.slice(0, textCharactersMax),
    values: values.slice(0, claimsMax).map(mask),
  }))
  return { claims }
}
