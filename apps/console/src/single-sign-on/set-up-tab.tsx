import { Button } from '@mantine/core'
import { getSamlGuide } from '@rollcall/admin-api/provider-guides'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import connections from '../connections/connections.module.css'
import { GuideStepItem } from '../connections/guide-step.tsx'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { AttributeNames } from './attribute-names.tsx'
import { Enforcement } from './enforcement.tsx'
import { toGuideValues } from './new-saml.tsx'
import { ProviderDomains } from './provider-domains.tsx'
import type { Provider } from './provider-state.tsx'
import { samlProviders, type SamlProvider } from './search.ts'
import { SignInTest } from './sign-in-test.tsx'
import styles from './sso.module.css'
import { staleByChange } from './stale.ts'

const route = getRouteApi('/$organization/single-sign-on/$provider')

/** From metadata that was given to people who sign in by it: each step can be done in any order, and says when it is done. */
export function SetUpTab({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const formats = useFormats()
  const values = { params: { identityProvider: provider.id }, query: { limit: 1 } }
  const { data: tests } = useRoute('listSignInTests', values)
  const { data: enforcement } = useRoute('getSignInEnforcement')
  const isTested = tests?.data[0]?.state === 'passed'
  const isOn = provider.state === 'enabled'
  const done = [true, provider.domains.length > 0, isTested, isOn, enforcement?.enforced === true]
  const count = formats.number(done.filter(Boolean).length)
  return (
    <>
      <p className={styles.quiet} role="status">
        {t('setUp.progress', { done: count, total: formats.number(done.length) })}
      </p>
      <Guide provider={provider} />
      <Step title={t('setUp.attributes')} isDone text={t('setUp.attributesText')}>
        <AttributeNames key={provider.id} provider={provider} />
      </Step>
      <Step title={t('setUp.domains')} isDone={provider.domains.length > 0} text={t('setUp.domainsText')}>
        <ProviderDomains provider={provider} />
      </Step>
      <Step title={t('test.title')} isDone={isTested}>
        <SignInTest provider={provider} />
      </Step>
      <Step title={t('setUp.on')} isDone={isOn} text={t('setUp.onText')}>
        <TurnOn provider={provider} />
      </Step>
      <Step title={t('enforce.title')} isDone={enforcement?.enforced === true} text={t('enforce.text')}>
        <Enforcement />
      </Step>
    </>
  )
}

type StepProps = {
  readonly title: string
  readonly isDone: boolean
  readonly text?: string
  readonly children: ReactNode
}

function Step({ title, isDone, text, children }: StepProps) {
  const { t } = useTranslation('singleSignOn')
  return (
    <Section
      title={title}
      actions={<StateChip tone={isDone ? 'good' : 'quiet'}>{isDone ? t('setUp.done') : t('setUp.open')}</StateChip>}
    >
      {text !== undefined && <p className={styles.lead}>{text}</p>}
      {children}
    </Section>
  )
}

/** What is still to be entered there: now our metadata has an address too. */
function Guide({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const { guide: name = guideOf(provider) } = route.useSearch()
  const { saml } = provider
  if (saml === null || name === undefined) return null
  const values = toGuideValues(saml.serviceProvider, true)
  const { steps } = getSamlGuide(name)
  return (
    <Step title={t('setUp.there')} isDone text={t('setUp.thereText')}>
      <details>
        <summary className={styles.summary}>{t('setUp.guide')}</summary>
        <ol className={connections.steps}>
          {steps.map((step) => (
            <GuideStepItem key={step.id} step={step} values={values} give={t('setUp.given')} />
          ))}
        </ol>
      </details>
    </Step>
  )
}

function guideOf({ preset }: Provider): SamlProvider | undefined {
  return samlProviders.find((name) => name === preset)
}

function TurnOn({ provider: { id, state } }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const { organization } = route.useParams()
  const update = useChange('updateIdentityProvider', { stale: staleByChange })
  if (state === 'enabled')
    return (
      <p className={styles.lead}>
        {t('setUp.isOn')}{' '}
        <Link to="/$organization/single-sign-on/$provider" params={{ organization, provider: id }}>
          {t('setUp.toOverview')}
        </Link>
      </p>
    )
  return (
    <div className={styles.stack}>
      {can('sign-in:manage') && (
        <div>
          <Button
            variant="filled"
            loading={update.isPending}
            onClick={() => update.mutate({ params: { identityProvider: id }, body: { state: 'enabled' } })}
          >
            {t('turnOn')}
          </Button>
        </div>
      )}
      {update.error !== null && <ErrorBlock error={update.error} />}
    </div>
  )
}
