import type { RouteAnswer } from '@rollcall/admin-api'
import type { Encryption } from '../../../encryption.ts'
import type { IdentityProvider } from '../../../sign-in/identity-providers.ts'
import { listOwnCertificates, openKeys, type OwnCertificate } from '../../../sign-in/saml/own-keys.ts'
import { toServiceProviderUrls } from '../../../sign-in/saml/service-provider.ts'
import { toSamlDescription, toSamlSettings } from '../../../sign-in/saml/settings.ts'
import { viewJustInTime } from './just-in-time.ts'
import { viewOidc } from './openid-connect.ts'
import { formatTypeId } from '../../../type-id.ts'

type View = RouteAnswer<'getIdentityProvider'>

export type ProviderPlace = {
  readonly baseUrl: string
  readonly encryption: Encryption
  readonly isScimOn: boolean
  /** Id → name. */
  readonly roleNames: ReadonlyMap<string, string>
}

export type ShownProvider = IdentityProvider & { readonly secrets: string | null }

export function viewIdentityProvider(row: ShownProvider, place: ProviderPlace): View {
  return {
    id: formatTypeId('idp', row.id),
    organizationId: formatTypeId('org', row.organizationId),
    type: row.type,
    name: row.name,
    state: row.state,
    preset: row.preset,
    domains: [...row.domains],
    saml: row.type === 'saml' ? viewSaml(row, place) : null,
    oidc: row.type === 'oidc' ? viewOidc(row, place) : null,
    version: row.version,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

function viewSaml(row: ShownProvider, place: ProviderPlace): NonNullable<View['saml']> {
  const settings = toSamlSettings(row.settings)
  const description = toSamlDescription(row.description)
  const { justInTime, metadataUrl, metadataSigners, ...chosen } = settings
  return {
    serviceProvider: {
      ...toServiceProviderUrls(place.baseUrl, row),
      certificates: listOwnCertificates(openKeys(place.encryption, row)).map(viewOwn),
    },
    identityProvider: {
      entityId: description.entityId,
      singleSignOnUrl: description.singleSignOnUrl,
      singleLogoutUrl: description.singleLogoutUrl,
      certificates: description.certificates.map(({ fingerprint, subject, notBefore, notAfter }) => {
        return { fingerprint, subject, notBefore, notAfter }
      }),
      metadataUrl,
      refreshedAt: row.refreshedAt?.toISOString() ?? null,
      refreshError: row.refreshError,
      metadataSigners: metadataSigners.map(({ fingerprint, pem }) => ({ fingerprint, pem })),
    },
    settings: {
      ...chosen,
      justInTime: viewJustInTime(justInTime, place),
    },
  }
}

function viewOwn({ pem, state, fingerprint, subject, notBefore, notAfter }: OwnCertificate) {
  return { pem, state, fingerprint, subject, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() }
}
