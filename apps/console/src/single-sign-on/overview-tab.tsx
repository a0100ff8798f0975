import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'
import { CertificateEnd } from './certificate-end.tsx'
import { OidcAddresses } from './new-oidc.tsx'
import { OurAddresses } from './new-saml.tsx'
import { staleByChange } from './stale.ts'
import { lastCertificateEnd, typeName, type Provider } from './provider-state.tsx'
import { SignInTest } from './sign-in-test.tsx'
import styles from './sso.module.css'

/** What it is and says of itself, what we are to it, and whether a sign-in would work now. */
export function OverviewTab({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const { saml, oidc } = provider
  return (
    <div className={styles.columns}>
      <div className={styles.column}>
        <Section title={t('test.title')}>
          <SignInTest provider={provider} />
        </Section>
        <Check provider={provider} />
      </div>
      <div className={styles.column}>
        <Section title={t('facts.title')}>
          <Facts provider={provider} />
        </Section>
        {saml !== null && <OurAddresses addresses={saml.serviceProvider} isMade />}
        {oidc !== null && <OidcAddresses addresses={oidc.relyingParty} />}
      </div>
    </div>
  )
}

function Facts({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const formats = useFormats()
  const { saml, oidc, domains } = provider
  const refreshed = (saml ?? oidc)?.identityProvider
  const refreshError = refreshed?.refreshError ?? null
  return (
    <DefinitionList
      items={[
        { term: t('column.type'), value: typeName(provider) },
        ...(saml === null
          ? []
          : [
              { term: t('facts.entityId'), value: <CopyBox value={saml.identityProvider.entityId} /> },
              { term: t('facts.url'), value: saml.identityProvider.singleSignOnUrl },
              { term: t('column.certificate'), value: <CertificateEnd at={lastCertificateEnd(provider)} /> },
            ]),
        ...(oidc === null
          ? []
          : [
              { term: t('oidc.issuer'), value: <CopyBox value={oidc.identityProvider.issuer} /> },
              { term: t('oidc.clientId'), value: oidc.settings.clientId },
              { term: t('oidc.scopes'), value: oidc.settings.scopes.join(' ') },
            ]),
        { term: t('facts.read'), value: <Time at={refreshed?.refreshedAt} /> },
        ...(refreshError === null ? [] : [{ term: t('facts.readError'), value: refreshError }]),
        { term: t('column.domains'), value: domains.length === 0 ? '–' : formats.list(domains) },
        { term: t('justInTime.title'), value: <JustInTime provider={provider} /> },
        { term: t('column.created'), value: <Time at={provider.createdAt} /> },
      ]}
    />
  )
}

/** Whether a sign-in makes accounts; on and without effect while SCIM is on. */
function JustInTime({ provider: { saml, oidc } }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const settings = (saml ?? oidc)?.settings.justInTime
  if (settings?.enabled !== true) return t('justInTime.off')
  return settings.works ? t('justInTime.on') : t('justInTime.blocked')
}

const tones: { readonly [state in 'passed' | 'failed' | 'unknown']: Tone } = {
  passed: 'good',
  failed: 'bad',
  unknown: 'quiet',
}

/** Asks it what a sign-in would ask it, and reads its metadata anew. */
function Check({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const check = useChange('checkIdentityProvider', { stale: [] })
  const params = { identityProvider: provider.id }
  if (!can('sign-in:manage')) return null
  return (
    <Section
      title={t('check.title')}
      actions={
        <>
          <ReadAgain provider={provider} />
          <Button leftSection={<icons.retry />} loading={check.isPending} onClick={() => check.mutate({ params })}>
            {t('check.action')}
          </Button>
        </>
      }
    >
      <p className={styles.lead}>{t('check.text')}</p>
      {check.error !== null && <ErrorBlock error={check.error} />}
      <ul className={styles.list} aria-live="polite">
        {check.data?.checks.map(({ name, state, detail }) => (
          <li key={name} className={styles.row}>
            <StateChip tone={tones[state]}>{t(`check.state.${state}`)}</StateChip>
            <strong>{t(`check.name.${name}`)}</strong>
            <span className={styles.grow}>{detail}</span>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** Metadata is read daily by itself; whoever has changed a certificate there need not wait. */
function ReadAgain({ provider: { id, saml } }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const update = useChange('updateIdentityProvider', { stale: staleByChange })
  const metadataUrl = saml?.identityProvider.metadataUrl ?? null
  if (metadataUrl === null) return null
  return (
    <>
      {update.error !== null && <ErrorBlock error={update.error} />}
      <Button
        loading={update.isPending}
        onClick={() =>
          update.mutate(
            { params: { identityProvider: id }, body: { saml: { metadataUrl } } },
            { onSuccess: () => showToast({ tone: 'good', text: t('metadata.readNow') }) },
          )
        }
      >
        {t('metadata.readAgain')}
      </Button>
    </>
  )
}
