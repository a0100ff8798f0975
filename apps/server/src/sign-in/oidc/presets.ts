import { AccessError } from '../../access/access-error.ts'
import type { OidcChoices } from './settings.ts'

type OidcPreset = {
  readonly title: string
  readonly choices: OidcChoices
}

/** What an administrator would have to look up, by the name of the identity provider. */
const presets = {
  entra: {
    title: 'Microsoft Entra ID',
    choices: {
      authentication: 'client_secret_post',
      scopes: ['openid', 'profile', 'email'],
      // `oid` is the person in the whole tenant, `sub` only for this application. The address in `email` is nobody's proof:
      // Entra lets its owner write what he likes, so the user principal name stands for the user name.
      claims: { externalId: 'oid', userName: 'preferred_username', groups: 'groups' },
    },
  },
  okta: {
    title: 'Okta',
    choices: {
      authentication: 'client_secret_basic',
      scopes: ['openid', 'profile', 'email', 'groups'],
      claims: { externalId: 'sub', userName: 'preferred_username', groups: 'groups' },
    },
  },
  google: {
    title: 'Google',
    choices: {
      authentication: 'client_secret_post',
      scopes: ['openid', 'profile', 'email'],
      claims: { userName: 'email' },
      // Google has no page that ends its session.
      singleLogout: false,
    },
  },
  keycloak: {
    title: 'Keycloak',
    choices: {
      authentication: 'client_secret_basic',
      scopes: ['openid', 'profile', 'email'],
      claims: { userName: 'preferred_username', groups: 'groups' },
    },
  },
} as const satisfies Record<string, OidcPreset>

const oidcPresets: ReadonlyMap<string, OidcPreset> = new Map(Object.entries(presets))

/** Throws `invalidPreset`. */
export function getOidcPreset(name: string): OidcPreset {
  const preset = oidcPresets.get(name)
  if (preset !== undefined) return preset
  const names = [...oidcPresets.keys()].join(', ')
  throw new AccessError('invalidPreset', `The preset "${name}" is unknown; there are ${names}`, { field: 'preset' })
}
