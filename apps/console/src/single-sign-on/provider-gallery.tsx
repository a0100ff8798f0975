import { useTranslation } from 'react-i18next'
import { Section } from '../ui/page.tsx'
import { oidcProviders, samlProviders, type NewProviderSearch } from './search.ts'
import styles from './sso.module.css'

/** Names are the makers' own, but for the last. */
export function useProviderName(): (provider: string) => string {
  const { t } = useTranslation('singleSignOn')
  const names = new Map([
    ['okta', 'Okta'],
    ['entra', 'Microsoft Entra ID'],
    ['google', 'Google Workspace'],
    ['onelogin', 'OneLogin'],
    ['jumpcloud', 'JumpCloud'],
    ['ping', 'PingOne'],
    ['keycloak', 'Keycloak'],
  ])
  return (provider) => names.get(provider) ?? t('new.other')
}

/** Which one it is; those that speak both may be joined by either. */
export function ProviderGallery({ onChoose }: { onChoose(chosen: NewProviderSearch): void }) {
  const { t } = useTranslation('singleSignOn')
  const nameOf = useProviderName()
  return (
    <>
      <Section title={t('new.saml')}>
        <p className={styles.lead}>{t('new.samlText')}</p>
        <div className={styles.gallery}>
          {samlProviders.map((saml) => (
            <button key={saml} type="button" className={styles.card} onClick={() => onChoose({ saml })}>
              {nameOf(saml)}
            </button>
          ))}
        </div>
      </Section>
      <Section title={t('new.oidc')}>
        <p className={styles.lead}>{t('new.oidcText')}</p>
        <div className={styles.gallery}>
          {oidcProviders.map((oidc) => (
            <button key={oidc} type="button" className={styles.card} onClick={() => onChoose({ oidc })}>
              {nameOf(oidc)}
            </button>
          ))}
        </div>
      </Section>
    </>
  )
}
