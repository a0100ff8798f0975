import { Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { Form, useDraft } from '../ui/form.tsx'
import { showToast } from '../ui/toast.ts'
import type { Provider } from './provider-state.tsx'
import styles from './sso.module.css'
import { staleByChange } from './stale.ts'

const samlFields = ['userName', 'externalId', 'givenName', 'familyName', 'displayName', 'email'] as const
const oidcFields = [...samlFields, 'groups'] as const
const nameIdFormats = ['persistent', 'emailAddress', 'unspecified'] as const
type NameIdFormat = (typeof nameIdFormats)[number]
type Field = (typeof oidcFields)[number]

// What counts where nobody says otherwise, as far as one name tells it.
const usualSaml: Partial<Record<Field, string>> = {
  userName: 'NameID',
  externalId: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
  givenName: 'givenName',
  familyName: 'sn',
  displayName: 'displayName',
  email: 'mail',
}
const usualOidc: Partial<Record<Field, string>> = {
  userName: 'email',
  givenName: 'given_name',
  familyName: 'family_name',
  displayName: 'name',
  email: 'email',
}

/** What parts of a profile are called there. Empty: the usual names. */
export function AttributeNames({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const { id, version, saml, oidc } = provider
  const names: Partial<Record<Field, string | undefined>> = saml?.settings.attributes ?? oidc?.settings.claims ?? {}
  const fields = saml === null ? oidcFields : samlFields
  const usual = saml === null ? usualOidc : usualSaml
  // One entry a field.
  const saved = Object.fromEntries(oidcFields.map((field) => [field, names[field] ?? ''])) as Record<Field, string>
  const draft = useDraft<Record<Field, string> & { readonly nameIdFormat: NameIdFormat }>({
    ...saved,
    nameIdFormat: saml?.settings.nameIdFormat ?? 'unspecified',
  })
  const update = useChange('updateIdentityProvider', { stale: staleByChange })
  const isReadOnly = !can('sign-in:manage')
  const save = (): void => {
    const written = fields.map((field) => [field, draft.values[field].trim()] as const)
    const chosen = Object.fromEntries(written.filter(([, value]) => value !== ''))
    const { nameIdFormat } = draft.values
    const body = saml === null ? { oidc: { claims: chosen } } : { saml: { attributes: chosen, nameIdFormat } }
    update.mutate(
      { params: { identityProvider: id }, body, ifMatch: `"${version}"` },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('saved') })
        },
      },
    )
  }
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
      <div className={styles.fieldGrid}>
        {saml !== null && (
          <Select
            label={t('attributes.nameId')}
            description={t('attributes.nameIdText')}
            allowDeselect={false}
            disabled={isReadOnly}
            data={nameIdFormats.map((value) => ({ value, label: t(`attributes.nameIdFormat.${value}`) }))}
            value={draft.values.nameIdFormat}
            onChange={(value) =>
              draft.set('nameIdFormat', nameIdFormats.find((each) => each === value) ?? 'persistent')
            }
          />
        )}
        {fields.map((field) => (
          <TextInput
            key={field}
            label={t(`field.${field}`)}
            value={draft.values[field]}
            placeholder={usual[field] ?? ''}
            spellCheck={false}
            autoComplete="off"
            disabled={isReadOnly}
            onChange={(event) => draft.set(field, event.currentTarget.value)}
          />
        ))}
      </div>
    </Form>
  )
}
