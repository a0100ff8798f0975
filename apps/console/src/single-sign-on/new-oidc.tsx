import { Button, PasswordInput, Select, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import connections from '../connections/connections.module.css'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import type { Addresses } from './new-saml.tsx'
import { useProviderName } from './provider-gallery.tsx'
import type { OidcProvider } from './search.ts'
import styles from './sso.module.css'

export const authentications = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
export type Authentication = (typeof authentications)[number]

const issuers: { readonly [provider in OidcProvider]: string } = {
  okta: 'https://acme.okta.com',
  entra: 'https://login.microsoftonline.com/<tenant>/v2.0',
  google: 'https://accounts.google.com',
  keycloak: 'https://id.example.com/realms/<realm>',
  generic: 'https://id.example.com',
}

type NewOidcProps = { readonly provider: OidcProvider; readonly addresses: Addresses; onBack(): void }

/** An application there with our addresses, and what it gives for them. */
export function NewOidc({ provider, addresses, onBack }: NewOidcProps) {
  const { t } = useTranslation('singleSignOn')
  const nameOf = useProviderName()
  return (
    <div className={connections.setUp}>
      <Section
        title={t('new.at', { name: nameOf(provider) })}
        actions={<Button onClick={onBack}>{t('new.back')}</Button>}
      >
        <ol className={connections.steps}>
          <li className={connections.step}>
            <h3>{t('new.register')}</h3>
            <p>{t('new.registerText')}</p>
          </li>
          <li className={connections.step}>
            <h3>{t('new.credentials')}</h3>
            <p>{t('new.credentialsText')}</p>
            <OidcForm provider={provider} id={addresses.id} />
          </li>
        </ol>
      </Section>
      <OidcAddresses addresses={addresses.oidc} />
    </div>
  )
}

type Written = {
  readonly name: string
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  /** Null: presets know how their makers want it. */
  readonly authentication: Authentication | null
}

/** Makes it, switched off, and leads to its page. */
function useMakeOidc(provider: OidcProvider, id: string) {
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const create = useChange('createIdentityProvider', { stale: ['listIdentityProviders'] })
  const make = ({ name, issuer, clientId, clientSecret, authentication }: Written): void => {
    const oidc = {
      issuer: issuer.trim(),
      clientId: clientId.trim(),
      ...(clientSecret !== '' && { clientSecret }),
      ...(authentication !== null && { authentication }),
    }
    const preset = provider === 'generic' ? {} : { preset: provider }
    const proceed = (): void =>
      void navigate({
        to: '/$organization/single-sign-on/$provider',
        params: { organization, provider: id },
        search: { tab: 'setup' },
      })
    const body = { type: 'oidc', id, state: 'disabled', name: name.trim(), ...preset, oidc } as const
    create.mutate({ body }, { onSuccess: proceed })
  }
  return { make, error: create.error, isPending: create.isPending }
}

function OidcForm({ provider, id }: { readonly provider: OidcProvider; readonly id: string }) {
  const { t } = useTranslation('singleSignOn')
  const nameOf = useProviderName()
  const [written, write] = useState<Written>({
    name: provider === 'generic' ? 'OpenID Connect' : nameOf(provider),
    issuer: provider === 'google' ? issuers.google : '',
    clientId: '',
    clientSecret: '',
    authentication: provider === 'generic' ? 'client_secret_basic' : null,
  })
  const { make, error, isPending } = useMakeOidc(provider, id)
  const errors = fieldErrorsOf(error)
  const { name, issuer, clientId, clientSecret, authentication } = written
  const isReady = [name, issuer, clientId].every((text) => text.trim() !== '')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isReady) make(written)
  }
  const field = (key: 'name' | 'issuer' | 'clientId' | 'clientSecret', value: string) => ({
    value,
    spellCheck: false,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      write({ ...written, [key]: event.currentTarget.value }),
  })
  return (
    <form className={styles.stack} onSubmit={submit} autoComplete="off" noValidate>
      <TextInput label={t('column.name')} description={t('new.nameText')} maxLength={120} {...field('name', name)} />
      <TextInput
        label={t('oidc.issuer')}
        description={t('oidc.issuerText')}
        placeholder={issuers[provider]}
        error={errors['oidc.issuer']}
        {...field('issuer', issuer)}
      />
      <TextInput label={t('oidc.clientId')} error={errors['oidc.clientId']} {...field('clientId', clientId)} />
      <PasswordInput
        label={t('oidc.secret')}
        description={t('oidc.secretText')}
        error={errors['oidc.clientSecret']}
        autoComplete="new-password"
        {...field('clientSecret', clientSecret)}
      />
      {authentication !== null && (
        <AuthenticationSelect
          value={authentication}
          onChange={(chosen) => write({ ...written, authentication: chosen })}
        />
      )}
      {error !== null && <ErrorBlock error={error} />}
      <div>
        <Button type="submit" variant="filled" disabled={!isReady} loading={isPending}>
          {t('new.make')}
        </Button>
      </div>
    </form>
  )
}

type AuthenticationSelectProps = {
  readonly value: Authentication
  readonly disabled?: boolean
  onChange(value: Authentication): void
}

export function AuthenticationSelect({ value, disabled = false, onChange }: AuthenticationSelectProps) {
  const { t } = useTranslation('singleSignOn')
  return (
    <Select
      label={t('oidc.authentication')}
      description={t('oidc.authenticationText')}
      allowDeselect={false}
      disabled={disabled}
      data={authentications.map((each) => ({ value: each, label: each }))}
      value={value}
      onChange={(chosen) => onChange(authentications.find((each) => each === chosen) ?? value)}
    />
  )
}

/** What the application there must know of us. */
export function OidcAddresses({ addresses }: { readonly addresses: Addresses['oidc'] }) {
  const { t } = useTranslation('singleSignOn')
  const { redirectUri, backChannelLogoutUri, postLogoutRedirectUri, signInUrl, jwksUri } = addresses
  return (
    <Section title={t('addresses.title')}>
      <p className={connections.lead}>{t('addresses.leadOidc')}</p>
      <DefinitionList
        items={[
          { term: t('addresses.redirect'), value: <CopyBox value={redirectUri} /> },
          { term: t('addresses.initiate'), value: <CopyBox value={signInUrl} /> },
          { term: t('addresses.backChannel'), value: <CopyBox value={backChannelLogoutUri} /> },
          { term: t('addresses.postLogout'), value: <CopyBox value={postLogoutRedirectUri} /> },
          { term: t('addresses.jwks'), value: <CopyBox value={jwksUri} /> },
        ]}
      />
    </Section>
  )
}
