import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { useNow } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'
import { CertificateEnd, stateOfEnd } from './certificate-end.tsx'
import { MetadataForm, type Metadata } from './metadata-form.tsx'
import type { Provider } from './provider-state.tsx'
import styles from './sso.module.css'
import { staleByChange } from './stale.ts'

type Saml = NonNullable<Provider['saml']>
type Certificate = Saml['identityProvider']['certificates'][number]

/** By what it signs, by what we sign, how long both hold, and how each is changed. */
export function CertificatesTab({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const { saml } = provider
  if (saml === null) return null
  const { certificates, metadataUrl } = saml.identityProvider
  return (
    <div className={styles.columns}>
      <Section title={t('certificates.theirs')}>
        <p className={styles.lead}>
          {metadataUrl === null ? t('certificates.byDocument') : t('certificates.byAddress', { url: metadataUrl })}
        </p>
        <ul className={styles.list}>
          {certificates.map((certificate) => (
            <CertificateRow key={certificate.fingerprint} certificate={certificate} />
          ))}
        </ul>
        {can('sign-in:manage') && <NewMetadata provider={provider} />}
      </Section>
      <Section title={t('certificates.ours')}>
        <p className={styles.lead}>{t('certificates.oursText')}</p>
        <ul className={styles.list}>
          {saml.serviceProvider.certificates.map((certificate) => (
            <CertificateRow key={certificate.fingerprint} certificate={certificate} pem={certificate.pem}>
              <StateChip tone={ownTones[certificate.state]}>{t(`certificates.state.${certificate.state}`)}</StateChip>
            </CertificateRow>
          ))}
        </ul>
        {can('sign-in:manage') && <RollOver provider={provider} saml={saml} />}
      </Section>
    </div>
  )
}

const ownTones: { readonly [state in 'current' | 'next' | 'former']: Tone } = {
  current: 'good',
  next: 'info',
  former: 'quiet',
}
const barTones = { later: 'good', soon: 'warn', ended: 'bad' } as const

type CertificateRowProps = {
  readonly certificate: Certificate
  readonly pem?: string
  readonly children?: React.ReactNode
}

/** From its first day to its last, and where in between we are. */
function CertificateRow({ certificate, pem, children }: CertificateRowProps) {
  const { t } = useTranslation('singleSignOn')
  const formats = useFormats()
  const now = useNow()
  const { fingerprint, subject, notBefore, notAfter } = certificate
  const [from, to] = [Date.parse(notBefore), Date.parse(notAfter)]
  const share = Math.min(1, Math.max(0, (now - from) / Math.max(1, to - from)))
  return (
    <li className={styles.row}>
      <div className={styles.grow}>
        <p>
          <strong>{subject}</strong>
        </p>
        <p className={styles.quiet}>
          {t('certificates.span', { from: formats.date(notBefore), to: formats.date(notAfter) })}
        </p>
        <div className={styles.bar} data-tone={barTones[stateOfEnd(notAfter, now)]} aria-hidden="true">
          <span style={{ width: `${share * 100}%` }} />
        </div>
        <p className={styles.quiet}>
          SHA-256 <code>{fingerprint}</code>
        </p>
      </div>
      {children ?? <CertificateEnd at={notAfter} />}
      {pem !== undefined && <CopyButton text={pem} label={t('certificates.copy')} />}
    </li>
  )
}

/** Metadata in the place of what is there: the way to a certificate that nobody reads by himself. */
function NewMetadata({ provider: { id } }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const [key, setKey] = useState(0)
  const update = useChange('updateIdentityProvider', { stale: staleByChange })
  const give = (saml: Metadata): void =>
    update.mutate(
      { params: { identityProvider: id }, body: { saml } },
      {
        onSuccess: () => {
          setKey(key + 1)
          showToast({ tone: 'good', text: t('metadata.readNow') })
        },
      },
    )
  return (
    <details>
      <summary>{t('metadata.replace')}</summary>
      <MetadataForm key={key} action={t('metadata.give')} change={update} onGive={give} />
    </details>
  )
}

const steps = ['publish', 'use', 'retire'] as const
type Step = (typeof steps)[number]

/** The next step of three; the middle one asks, since it breaks sign-ins where the new certificate is not known yet. */
function RollOver({ provider: { id }, saml }: { readonly provider: Provider; readonly saml: Saml }) {
  const { t } = useTranslation('singleSignOn')
  const [isAsking, setAsking] = useState(false)
  const roll = useChange('rollOverIdentityProviderKeys', { stale: staleByChange })
  const states = new Set(saml.serviceProvider.certificates.map(({ state }) => state))
  const step: Step = states.has('next') ? 'use' : states.has('former') ? 'retire' : 'publish'
  const take = (): void =>
    roll.mutate(
      { params: { identityProvider: id }, body: { step } },
      {
        onSuccess: () => {
          setAsking(false)
          showToast({ tone: 'good', text: t(`rollOver.done.${step}`) })
        },
      },
    )
  return (
    <div className={styles.stack}>
      <h3>{t('rollOver.title')}</h3>
      <ol className={styles.list}>
        {steps.map((each) => (
          <li key={each} className={styles.row} aria-current={each === step ? 'step' : undefined}>
            <strong>{t(`rollOver.step.${each}`)}</strong>
            <span className={styles.grow}>{t(`rollOver.text.${each}`)}</span>
          </li>
        ))}
      </ol>
      {roll.error !== null && !isAsking && <ErrorBlock error={roll.error} />}
      <div>
        <Button loading={roll.isPending} onClick={() => (step === 'publish' ? take() : setAsking(true))}>
          {t(`rollOver.step.${step}`)}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t(`rollOver.step.${step}`)}
        action={t(`rollOver.step.${step}`)}
        tier="affects"
        isPending={roll.isPending}
        error={roll.error}
        onConfirm={take}
      >
        {step === 'retire' ? t('rollOver.sure.retire') : t('rollOver.sure.use')}
      </ConfirmDialog>
    </div>
  )
}
