import type { JsonObject } from '@rollcall/scim'
import type { SealedIdentityProvider } from '../../db/queries/identity-providers.ts'
import { keepFailure } from '../failures.ts'
import { mask } from '../saml/trace.ts'
import type { OidcDoor } from './exchange.ts'
import { toOidcSettings } from './settings.ts'

const textCharactersMax = 300

/** What may be shown of an answer: no code, no state. */
const shownParameters = ['error', 'error_description', 'error_uri', 'iss']

/** Keeps a refusal with what may be shown of the answer; returns the id under which it is found. */
export function keepOidcFailure(
  { database, now: at, requestId }: OidcDoor,
  provider: SealedIdentityProvider,
  refused: {
    readonly code: string
    readonly detail: string
    readonly parameters: URLSearchParams
    /** What the claims said, once they were found sound. */
    readonly attributes?: ReadonlyMap<string, readonly string[]> | undefined
  },
): Promise<string> {
  const { code, detail, parameters, attributes } = refused
  const exchange = { ...trace(provider, parameters), ...traceClaims(attributes) }
  return keepFailure(database, provider, { at, code, detail, exchange, requestId })
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
