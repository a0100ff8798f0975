import { Button, Select, TextInput, useMantineColorScheme } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useSession } from '../api/session.ts'
import { themes } from '../app/theme-choice.ts'
import { useFormats } from '../i18n/format.ts'
import { chooseLanguage } from '../i18n/i18n.ts'
import { isLanguage, languageNames, languages } from '../i18n/language.ts'
import { useRoleWords } from '../roles/role-words.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { Section } from '../ui/page.tsx'
import { showToast } from '../ui/toast.ts'
import { EmailDialog } from './email-dialog.tsx'
import styles from './me.module.css'

type Account = RouteAnswer<'getOwnAccount'>

const timeZones = Intl.supportedValuesOf('timeZone')

/** Who one is, as others see it, and how the console looks here. */
export function Profile({ account }: { readonly account: Account }) {
  return (
    <>
      <ProfileForm account={account} />
      <ThisBrowser />
      <Facts account={account} />
    </>
  )
}

function ProfileForm({ account }: { readonly account: Account }) {
  const { t } = useTranslation('me')
  const update = useChange('updateOwnAccount', { stale: ['getOwnAccount', 'getPerson', 'listPeople'] })
  const { displayName, preferredLanguage, timezone, managedBy } = account
  const draft = useDraft({
    displayName: displayName ?? '',
    preferredLanguage: preferredLanguage ?? '',
    timezone: timezone ?? '',
  })
  const save = (): void => {
    const body = Object.fromEntries(draft.changed.map((name) => [name, toValue(draft.values[name])]))
    update.mutate(
      { body },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('profile.saved') })
        },
      },
    )
  }
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
      <FormSection
        title={t('profile.title')}
        lead={managedBy === null ? t('profile.lead') : t('profile.managed', { source: managedBy.name })}
      >
        <ProfileFields account={account} draft={draft} />
        <EmailField account={account} />
      </FormSection>
    </Form>
  )
}

function toValue(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}

type ProfileDraft = ReturnType<typeof useDraft<{ displayName: string; preferredLanguage: string; timezone: string }>>

function ProfileFields({ account, draft }: { readonly account: Account; readonly draft: ProfileDraft }) {
  const { t } = useTranslation('me')
  const { values } = draft
  const isLocked = (name: Account['lockedAttributes'][number]): boolean => account.lockedAttributes.includes(name)
  return (
    <>
      <TextInput
        label={t('profile.name')}
        value={values.displayName}
        disabled={isLocked('displayName')}
        autoComplete="name"
        onChange={(event) => draft.set('displayName', event.currentTarget.value)}
      />
      <Select
        label={t('profile.mailLanguage')}
        description={t('profile.mailLanguageHelp')}
        disabled={isLocked('preferredLanguage')}
        allowDeselect={false}
        data={[
          { value: '', label: t('profile.asOrganization') },
          ...languages.map((value) => ({ value, label: languageNames[value] })),
          // Another one, of a source or of a program, stays as it is.
          ...(values.preferredLanguage === '' || isLanguage(values.preferredLanguage)
            ? []
            : [{ value: values.preferredLanguage, label: values.preferredLanguage }]),
        ]}
        value={values.preferredLanguage}
        onChange={(value) => draft.set('preferredLanguage', value ?? '')}
      />
      <Select
        label={t('profile.timeZone')}
        placeholder={t('profile.noTimeZone')}
        disabled={isLocked('timezone')}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('profile.clearTimeZone') }}
        limit={50}
        nothingFoundMessage={t('profile.unknownTimeZone')}
        data={
          timeZones.includes(values.timezone) || values.timezone === '' ? timeZones : [values.timezone, ...timeZones]
        }
        value={values.timezone === '' ? null : values.timezone}
        onChange={(value) => draft.set('timezone', value ?? '')}
      />
    </>
  )
}

/** An address is changed by links to both of them, so it is not saved with the rest. */
function EmailField({ account }: { readonly account: Account }) {
  const { t } = useTranslation('me')
  const [isAsking, setAsking] = useState(false)
  const isLocked = account.lockedAttributes.includes('emails')
  return (
    <div className={styles.withButton}>
      <TextInput
        className={styles.grow}
        label={t('profile.email')}
        value={account.email ?? ''}
        readOnly
        disabled={isLocked}
      />
      {!isLocked && <Button onClick={() => setAsking(true)}>{t('email.action')}</Button>}
      {isAsking && <EmailDialog onClose={() => setAsking(false)} />}
    </div>
  )
}

function ThisBrowser() {
  const { t, i18n } = useTranslation(['me', 'common'])
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <div className={styles.part}>
      <FormSection title={t('me:browser.title')} lead={t('me:browser.lead')}>
        <Select
          label={t('common:shell.language')}
          allowDeselect={false}
          data={languages.map((value) => ({ value, label: languageNames[value] }))}
          value={i18n.language}
          onChange={(value) => {
            if (isLanguage(value)) void chooseLanguage(value)
          }}
        />
        <Select
          label={t('common:shell.theme')}
          allowDeselect={false}
          data={themes.map((value) => ({ value, label: t(`common:theme.${value}`) }))}
          value={colorScheme}
          onChange={(value) => setColorScheme(themes.find((theme) => theme === value) ?? 'auto')}
        />
      </FormSection>
    </div>
  )
}

function Facts({ account }: { readonly account: Account }) {
  const { t } = useTranslation('me')
  const formats = useFormats()
  const words = useRoleWords()
  const { roles, organization } = useSession()
  return (
    <Section title={t('facts.title')}>
      <DefinitionList
        items={[
          { term: t('facts.organization'), value: organization.name },
          { term: t('facts.userName'), value: account.userName },
          {
            term: t('facts.roles'),
            value: roles.length === 0 ? t('facts.noRoles') : formats.list(roles.map((role) => words.name(role))),
          },
          { term: t('facts.id'), value: <CopyBox value={account.id} /> },
        ]}
      />
    </Section>
  )
}
