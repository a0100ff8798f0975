import { Button, PasswordInput, Select, Switch, Textarea, TextInput } from '@mantine/core'
import type { RouteBody } from '@rollcall/admin-api'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Form, FormSection, useDraft, type Draft } from '../ui/form.tsx'
import { Section } from '../ui/page.tsx'
import { TagsField } from '../ui/tags-field.tsx'
import { showToast } from '../ui/toast.ts'
import { AttributeNames } from './attribute-names.tsx'
import { AuthenticationSelect } from './new-oidc.tsx'
import { ProviderDomains } from './provider-domains.tsx'
import type { Provider } from './provider-state.tsx'
import { RoleSelect } from './role-select.tsx'
import styles from './sso.module.css'
import { staleByChange } from './stale.ts'

/** What it is called, what it demands, what it makes; and its end. */
export function SettingsTab({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  return (
    <>
      <Behaviour provider={provider} isReadOnly={!can('sign-in:manage')} />
      <Section title={t('setUp.attributes')}>
        <p className={styles.lead}>{t('setUp.attributesText')}</p>
        <AttributeNames provider={provider} />
      </Section>
      <Section title={t('setUp.domains')}>
        <p className={styles.lead}>{t('setUp.domainsText')}</p>
        <ProviderDomains provider={provider} />
      </Section>
      {can('sign-in:manage') && <End provider={provider} />}
    </>
  )
}

type Values = ReturnType<typeof toValues>

function toValues(provider: Provider) {
  const { name, saml, oidc } = provider
  const { justInTime, forceAuthentication = false } = (saml ?? oidc)?.settings ?? {}
  return {
    name,
    forceAuthentication,
    justInTime: justInTime?.enabled ?? false,
    role: justInTime?.roleId ?? null,
    ...toSamlValues(saml),
    ...toOidcValues(oidc),
  }
}

// Of the other type there is nothing, and nothing of it is shown or sent.
function toSamlValues(saml: Provider['saml']) {
  const { idpInitiated = false, wantResponseSigned = false, signMetadata = false } = saml?.settings ?? {}
  const signers = saml?.identityProvider.metadataSigners ?? []
  const metadataSigners = signers.map(({ fingerprint }) => fingerprint).join('\n')
  return { idpInitiated, wantResponseSigned, signMetadata, metadataSigners }
}

function toOidcValues(oidc: Provider['oidc']) {
  const { clientId = '', scopes = [], singleLogout = false } = oidc?.settings ?? {}
  const authentication = oidc?.settings.authentication ?? 'client_secret_basic'
  const userInfo = oidc?.settings.userInfo ?? 'auto'
  return { clientId, clientSecret: '', authentication, scopes, userInfo, singleLogout }
}

const samlNames = ['idpInitiated', 'wantResponseSigned', 'signMetadata'] as const
const oidcNames = ['clientId', 'clientSecret', 'authentication', 'scopes', 'userInfo', 'singleLogout'] as const

/** Only what was changed is sent. */
function toBody({ type }: Provider, { values, changed }: Draft<Values>): RouteBody<'updateIdentityProvider'> {
  const has = (name: keyof Values): boolean => changed.includes(name)
  const pick = (names: readonly (keyof Values)[]) =>
    Object.fromEntries(names.filter(has).map((name) => [name, values[name]]))
  const { justInTime, role } = values
  const shared = {
    ...pick(['forceAuthentication']),
    ...((has('justInTime') || has('role')) && { justInTime: { enabled: justInTime, ...(role !== null && { role }) } }),
  }
  const saml = {
    ...shared,
    ...pick(samlNames),
    ...(has('metadataSigners') && {
      metadataSigners: values.metadataSigners.split(/\s+/).filter((text) => text !== ''),
    }),
  }
  const oidc = { ...shared, ...pick(oidcNames) }
  const settings = type === 'saml' ? { saml } : { oidc }
  const hasSettings = Object.keys(type === 'saml' ? saml : oidc).length > 0
  return { ...(has('name') && { name: values.name.trim() }), ...(hasSettings && settings) }
}

function Behaviour({ provider, isReadOnly }: { readonly provider: Provider; readonly isReadOnly: boolean }) {
  const { t } = useTranslation('singleSignOn')
  const draft = useDraft(toValues(provider))
  const update = useChange('updateIdentityProvider', { stale: staleByChange })
  const save = (): void =>
    update.mutate(
      { params: { identityProvider: provider.id }, body: toBody(provider, draft), ifMatch: `"${provider.version}"` },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('saved') })
        },
      },
    )
  const part = { draft, isReadOnly }
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
      <FormSection title={t('settings.general')}>
        <TextInput
          label={t('column.name')}
          description={t('new.nameText')}
          value={draft.values.name}
          disabled={isReadOnly}
          onChange={(event) => draft.set('name', event.currentTarget.value)}
        />
        <Toggle name="forceAuthentication" {...part} />
      </FormSection>
      <FormSection title={t('justInTime.title')} lead={t('justInTime.text')}>
        <Toggle name="justInTime" {...part} />
        <RoleSelect
          label={t('justInTime.role')}
          placeholder={t('justInTime.member')}
          value={draft.values.role}
          disabled={isReadOnly || !draft.values.justInTime}
          onChange={(role) => draft.set('role', role)}
        />
      </FormSection>
      {provider.type === 'saml' ? <SamlPart {...part} /> : <OidcPart {...part} />}
    </Form>
  )
}

type PartProps = { readonly draft: Draft<Values>; readonly isReadOnly: boolean }
type ToggleName =
  | 'forceAuthentication'
  | 'justInTime'
  | 'idpInitiated'
  | 'wantResponseSigned'
  | 'signMetadata'
  | 'singleLogout'

function Toggle({ name, draft, isReadOnly }: PartProps & { readonly name: ToggleName }) {
  const { t } = useTranslation('singleSignOn')
  return (
    <Switch
      label={t(`settings.${name}`)}
      description={t(`settingsText.${name}`)}
      checked={draft.values[name]}
      disabled={isReadOnly}
      onChange={(event) => draft.set(name, event.currentTarget.checked)}
    />
  )
}

function SamlPart(props: PartProps) {
  const { t } = useTranslation('singleSignOn')
  const { draft, isReadOnly } = props
  return (
    <FormSection title={t('settings.protocol')} lead={t('settings.protocolText')}>
      {samlNames.map((name) => (
        <Toggle key={name} name={name} {...props} />
      ))}
      <Textarea
        label={t('settings.metadataSigners')}
        description={t('settingsText.metadataSigners')}
        value={draft.values.metadataSigners}
        rows={2}
        spellCheck={false}
        disabled={isReadOnly}
        onChange={(event) => draft.set('metadataSigners', event.currentTarget.value)}
      />
    </FormSection>
  )
}

const userInfos = ['auto', 'always', 'never'] as const

function OidcPart(props: PartProps) {
  const { t } = useTranslation('singleSignOn')
  const { draft, isReadOnly } = props
  const { values } = draft
  return (
    <FormSection title={t('settings.protocol')}>
      <TextInput
        label={t('oidc.clientId')}
        value={values.clientId}
        spellCheck={false}
        disabled={isReadOnly}
        onChange={(event) => draft.set('clientId', event.currentTarget.value)}
      />
      <PasswordInput
        label={t('oidc.newSecret')}
        description={t('oidc.newSecretText')}
        value={values.clientSecret}
        autoComplete="new-password"
        disabled={isReadOnly}
        onChange={(event) => draft.set('clientSecret', event.currentTarget.value)}
      />
      <AuthenticationSelect
        value={values.authentication}
        disabled={isReadOnly}
        onChange={(authentication) => draft.set('authentication', authentication)}
      />
      <TagsField
        label={t('oidc.scopes')}
        value={[...values.scopes]}
        disabled={isReadOnly}
        onChange={(scopes) => draft.set('scopes', scopes)}
      />
      <Select
        label={t('oidc.userInfo')}
        allowDeselect={false}
        disabled={isReadOnly}
        data={userInfos.map((value) => ({ value, label: t(`oidc.userInfoIs.${value}`) }))}
        value={values.userInfo}
        onChange={(value) => draft.set('userInfo', userInfos.find((each) => each === value) ?? 'auto')}
      />
      <Toggle name="singleLogout" {...props} />
    </FormSection>
  )
}

/** Its keys, links and sessions go; people stay. */
function End({ provider: { id, name } }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const [isAsking, setAsking] = useState(false)
  const remove = useChange('deleteIdentityProvider', { stale: ['listIdentityProviders', 'getSignInEnforcement'] })
  return (
    <Section title={t('end.title')}>
      <p className={styles.lead}>{t('end.text')}</p>
      <Button data-danger onClick={() => setAsking(true)}>
        {t('end.action')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('end.confirm', { name })}
        action={t('end.action')}
        tier="typed"
        name={name}
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(
            { params: { identityProvider: id } },
            { onSuccess: () => void navigate({ to: '/$organization/single-sign-on', params: { organization } }) },
          )
        }
      >
        {t('end.text')}
      </ConfirmDialog>
    </Section>
  )
}
