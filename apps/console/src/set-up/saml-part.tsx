import { Button, Textarea } from '@mantine/core'
import { getSamlGuide } from '@rollcall/admin-api/provider-guides'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import connections from '../connections/connections.module.css'
import { GuideStepItem, GuideText } from '../connections/guide-step.tsx'
import { currentLanguage } from '../i18n/language.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import styles from './set-up.module.css'
import { StepProgress } from './step-progress.tsx'
import { useVisitChange, type Visit } from './visit.ts'

type Saml = NonNullable<Visit['saml']>

/** Signing in: the provider's steps, its metadata, and a sign-in that is tried. */
export function SamlPart({ visit, saml }: { readonly visit: Visit; readonly saml: Saml }) {
  const { t } = useTranslation('setUp')
  const guide = getSamlGuide(visit.provider)
  return (
    <div className={connections.setUp}>
      <Section title={t('saml.title')}>
        <p className={connections.lead}>
          <GuideText text={guide.intro[currentLanguage()]} values={visit.values} />
        </p>
        <ol className={connections.steps}>
          {guide.steps.map((step) => (
            <GuideStepItem key={step.id} step={step} values={visit.values} give={<Metadata />}>
              <StepProgress visit={visit} id={`saml/${step.id}`} />
            </GuideStepItem>
          ))}
        </ol>
      </Section>
      <Section title={t('saml.test')}>
        <LastTest visit={visit} saml={saml} />
      </Section>
    </div>
  )
}

/** An address begins like one; everything else is the document. */
function Metadata() {
  const { t } = useTranslation('setUp')
  const [text, setText] = useState('')
  const give = useVisitChange('giveSetupMetadata')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const given = text.trim()
    const body = /^https?:/i.test(given) ? { metadataUrl: given } : { metadataXml: given }
    give.mutate({ body }, { onSuccess: () => setText('') })
  }
  return (
    <form className={styles.metadata} onSubmit={submit} noValidate>
      <Textarea
        label={t('saml.metadata')}
        value={text}
        rows={3}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button type="submit" loading={give.isPending} disabled={text.trim() === ''}>
        {t('saml.give')}
      </Button>
      {give.isError && <ErrorBlock error={give.error} />}
    </form>
  )
}

function LastTest({ visit, saml: { identityProvider, lastTest } }: { readonly visit: Visit; readonly saml: Saml }) {
  const { t } = useTranslation('setUp')
  if (identityProvider === null) return <p className={connections.listening}>{t('saml.noMetadata')}</p>
  return (
    <div className={styles.test} aria-live="polite">
      <p>{t('saml.testText')}</p>
      <Button
        component="a"
        href={visit.values.signInUrl ?? ''}
        target="_blank"
        rel="noopener noreferrer"
        rightSection={<icons.external />}
      >
        {t('saml.try')}
      </Button>
      {lastTest !== null && (
        <p>
          <StateChip tone={lastTest.passed ? 'good' : 'bad'}>
            {lastTest.passed ? t('arrived.passed') : t('arrived.failed')}
          </StateChip>{' '}
          <Time at={lastTest.at} /> {lastTest.detail}
        </p>
      )}
    </div>
  )
}
