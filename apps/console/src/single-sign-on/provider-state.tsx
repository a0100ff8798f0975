import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { StateChip } from '../ui/state-chip.tsx'

export type Provider = RouteAnswer<'getIdentityProvider'>

/** On, off, or on with something that will break it. */
export function ProviderState({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  if (provider.state === 'disabled') return <StateChip tone="quiet">{t('state.disabled')}</StateChip>
  const { saml, oidc } = provider
  const refreshError = (saml ?? oidc)?.identityProvider.refreshError ?? null
  if (refreshError !== null) return <StateChip tone="warn">{t('state.stale')}</StateChip>
  return <StateChip tone="good">{t('state.enabled')}</StateChip>
}

/** When its last certificate ends: nobody signs in afterwards. Undefined for OpenID Connect, which has none. */
export function lastCertificateEnd({ saml }: Provider): string | undefined {
  return saml?.identityProvider.certificates
    .map(({ notAfter }) => notAfter)
    .toSorted()
    .at(-1)
}

export function typeName({ type }: Pick<Provider, 'type'>): 'SAML' | 'OpenID Connect' {
  return type === 'saml' ? 'SAML' : 'OpenID Connect'
}
