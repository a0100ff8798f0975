import { NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { basePath } from '../api/place.ts'
import { fieldErrorsOf } from '../api/problem.ts'
import { isLanguage, languageNames, languages } from '../i18n/language.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { Form, FormSection, useDraft, type Draft } from '../ui/form.tsx'
import { Time } from '../ui/time.tsx'
import { useFieldProps, useSaveOrganization, WithOrganization, type Organization } from './organization.tsx'
import { SettingsFrame } from './settings-frame.tsx'
import styles from './settings.module.css'
import { TimeZoneField } from './time-zone-field.tsx'

const defaultHours = 48
const hoursMax = 720

/** What the organization is called, where it is, and how people are invited. */
export function GeneralPage() {
  return (
    <SettingsFrame tab="general">
      <WithOrganization>{(organization) => <GeneralForm organization={organization} />}</WithOrganization>
    </SettingsFrame>
  )
}

function toValues({ name, slug, settings }: Organization) {
  return {
    name,
    slug,
    locale: settings.locale ?? 'en',
    timeZone: settings.timeZone ?? 'UTC',
    isInviting: settings.invitations?.enabled ?? true,
    validHours: settings.invitations?.validHours ?? defaultHours,
  }
}

type Values = ReturnType<typeof toValues>

function GeneralForm({ organization }: { readonly organization: Organization }) {
  const { t } = useTranslation('settings')
  const draft = useDraft(toValues(organization))
  const { save, update } = useSaveOrganization(organization)
  const [isAsking, setAsking] = useState(false)
  const { values, changed } = draft
  const send = (): void => {
    const { name, slug, locale, timeZone, isInviting, validHours } = values
    const invitations = { enabled: isInviting, validHours }
    const change = { name: name.trim(), slug: slug.trim(), settings: { locale, timeZone, invitations } }
    save(change, (saved) => {
      draft.discard()
      // Every address of the console names the slug. Not before the guard knows that nothing is unsaved.
      if (saved.slug !== organization.slug) setTimeout(() => location.assign(`${basePath}/${saved.slug}/settings`))
    })
  }
  // Both change something for others at once.
  const needsWord = changed.includes('slug') || (changed.includes('isInviting') && !values.isInviting)
  const errors = fieldErrorsOf(update.error)
  return (
    <>
      <Form
        draft={draft}
        isPending={update.isPending}
        error={update.error}
        onSave={() => (needsWord ? setAsking(true) : send())}
      >
        <NameFields draft={draft} organization={organization} errors={errors} />
        <RegionFields draft={draft} errors={errors} />
        <InvitationFields draft={draft} errors={errors} />
      </Form>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('general.sure')}
        action={t('general.change')}
        tier="affects"
        onConfirm={() => {
          setAsking(false)
          send()
        }}
      >
        {changed.includes('slug') && <p>{t('general.slugSure', { from: organization.slug, to: values.slug })}</p>}
        {changed.includes('isInviting') && !values.isInviting && <p>{t('general.invitationsSure')}</p>}
      </ConfirmDialog>
    </>
  )
}

type FieldsProps = { readonly draft: Draft<Values>; readonly errors: Readonly<Record<string, string>> }

function NameFields({ draft, organization, errors }: FieldsProps & { readonly organization: Organization }) {
  const { t } = useTranslation('settings')
  const field = useFieldProps()
  const { values, set } = draft
  return (
    <FormSection title={t('general.name')} lead={t('general.nameText')}>
      <TextInput
        {...field}
        label={t('general.displayName')}
        value={values.name}
        error={errors['name']}
        onChange={(event) => set('name', event.currentTarget.value)}
      />
      <TextInput
        {...field}
        label={t('general.slug')}
        description={t('general.slugText')}
        value={values.slug}
        spellCheck={false}
        autoCapitalize="none"
        error={errors['slug']}
        onChange={(event) => set('slug', event.currentTarget.value)}
      />
      <div className={styles.facts}>
        <DefinitionList
          items={[
            { term: t('general.id'), value: <CopyBox value={organization.id} /> },
            { term: t('general.scimUrl'), value: <CopyBox value={organization.scimUrl} /> },
            { term: t('general.created'), value: <Time at={organization.createdAt} /> },
          ]}
        />
      </div>
    </FormSection>
  )
}

function RegionFields({ draft: { values, set }, errors }: FieldsProps) {
  const { t } = useTranslation('settings')
  const field = useFieldProps()
  return (
    <FormSection title={t('general.region')} lead={t('general.regionText')}>
      <Select
        {...field}
        label={t('general.language')}
        description={t('general.languageText')}
        allowDeselect={false}
        data={languages.map((value) => ({ value, label: languageNames[value] }))}
        value={values.locale}
        error={errors['settings.locale']}
        onChange={(value) => set('locale', isLanguage(value) ? value : values.locale)}
      />
      <TimeZoneField
        {...field}
        value={values.timeZone}
        error={errors['settings.timeZone']}
        onChange={(timeZone) => set('timeZone', timeZone)}
      />
    </FormSection>
  )
}

function InvitationFields({ draft: { values, set }, errors }: FieldsProps) {
  const { t } = useTranslation('settings')
  const field = useFieldProps()
  return (
    <FormSection title={t('general.invitations')} lead={t('general.invitationsText')}>
      <Switch
        {...field}
        label={t('general.isInviting')}
        description={t('general.isInvitingText')}
        checked={values.isInviting}
        onChange={(event) => set('isInviting', event.currentTarget.checked)}
      />
      <NumberInput
        {...field}
        label={t('general.validHours')}
        min={1}
        max={hoursMax}
        allowDecimal={false}
        disabled={field.disabled || !values.isInviting}
        value={values.validHours}
        error={errors['settings.invitations.validHours']}
        onChange={(value) => set('validHours', Number(value))}
      />
    </FormSection>
  )
}
