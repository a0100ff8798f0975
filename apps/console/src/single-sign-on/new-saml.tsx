import { Button, TextInput } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { getSamlGuide } from '@rollcall/admin-api/provider-guides'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import connections from '../connections/connections.module.css'
import { GuideStepItem, GuideText } from '../connections/guide-step.tsx'
import { currentLanguage } from '../i18n/language.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { Section } from '../ui/page.tsx'
import { MetadataForm, type Metadata } from './metadata-form.tsx'
import { useProviderName } from './provider-gallery.tsx'
import type { SamlProvider } from './search.ts'

export type Addresses = RouteAnswer<'getIdentityProviderAddresses'>

type NewSamlProps = { readonly provider: SamlProvider; readonly addresses: Addresses; onBack(): void }

/** The provider's own pages, field by field, with our addresses to copy; its metadata makes it. */
export function NewSaml({ provider, addresses, onBack }: NewSamlProps) {
  const { t } = useTranslation('singleSignOn')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const nameOf = useProviderName()
  const guide = getSamlGuide(provider)
  const [name, setName] = useState(provider === 'generic' ? 'SAML' : nameOf(provider))
  const create = useChange('createIdentityProvider', { stale: ['listIdentityProviders'] })
  const { id, saml } = addresses
  const values = toGuideValues(saml)
  const make = (metadata: Metadata): void => {
    const preset = guide.preset === undefined ? {} : { preset: guide.preset }
    create.mutate(
      { body: { type: 'saml', id, state: 'disabled', name: name.trim(), ...preset, saml: metadata } },
      {
        onSuccess: () =>
          void navigate({
            to: '/$organization/single-sign-on/$provider',
            params: { organization, provider: id },
            search: { tab: 'setup', guide: provider },
          }),
      },
    )
  }
  const give = <MetadataForm action={t('new.make')} change={create} onGive={make} />
  const hasPlace = guide.steps.some(({ fields }) => fields.some((field) => 'give' in field))
  return (
    <div className={connections.setUp}>
      <Section
        title={t('new.at', { name: nameOf(provider) })}
        actions={<Button onClick={onBack}>{t('new.back')}</Button>}
      >
        <p className={connections.lead}>
          <GuideText text={guide.intro[currentLanguage()]} values={values} />
        </p>
        <TextInput
          label={t('column.name')}
          description={t('new.nameText')}
          value={name}
          maxLength={120}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ol className={connections.steps}>
          {guide.steps.map((step) => (
            <GuideStepItem key={step.id} step={step} values={values} give={give} />
          ))}
        </ol>
        {!hasPlace && give}
      </Section>
      <OurAddresses addresses={saml} />
    </div>
  )
}

export function toGuideValues(
  { entityId, assertionConsumerServiceUrl, singleLogoutUrl, signInUrl }: Addresses['saml'],
  isMade = false,
) {
  const made = isMade ? { metadataUrl: entityId } : {}
  return { entityId, acsUrl: assertionConsumerServiceUrl, singleLogoutUrl, signInUrl, ...made }
}

/** What identity providers ask for, whatever they call it. */
export function OurAddresses({
  addresses,
  isMade = false,
}: {
  readonly addresses: Addresses['saml']
  readonly isMade?: boolean
}) {
  const { t } = useTranslation('singleSignOn')
  const { entityId, assertionConsumerServiceUrl, singleLogoutUrl, signInUrl } = addresses
  return (
    <Section title={t('addresses.title')}>
      <p className={connections.lead}>{isMade ? t('addresses.lead') : t('addresses.leadNew')}</p>
      <DefinitionList
        items={[
          { term: t('addresses.acs'), value: <CopyBox value={assertionConsumerServiceUrl} /> },
          { term: t('addresses.entityId'), value: <CopyBox value={entityId} /> },
          ...(isMade
            ? [
                {
                  term: t('addresses.metadata'),
                  value: (
                    <>
                      <CopyBox value={entityId} />{' '}
                      <a href={entityId} download="rollcall-metadata.xml">
                        {t('addresses.download')}
                      </a>
                    </>
                  ),
                },
              ]
            : []),
          { term: t('addresses.logout'), value: <CopyBox value={singleLogoutUrl} /> },
          { term: t('addresses.signIn'), value: <CopyBox value={signInUrl} /> },
        ]}
      />
    </Section>
  )
}
