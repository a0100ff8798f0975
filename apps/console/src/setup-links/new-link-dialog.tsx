import { Button, Group, Modal, NumberInput, Select, TextInput } from '@mantine/core'
import type { RouteBody } from '@rollcall/admin-api'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { isLanguage, languageNames, languages } from '../i18n/language.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import styles from './setup-links.module.css'

type NewLink = RouteBody<'createSetupLink'>

const purposes = ['scim', 'saml', 'both'] as const satisfies readonly NewLink['purpose'][]
const providers = [
  'okta',
  'entra',
  'onelogin',
  'jumpcloud',
  'google',
  'ping',
  'generic',
] as const satisfies readonly NewLink['provider'][]
const defaultDays = 7
const daysMax = 30

type NewLinkDialogProps = { readonly isOpen: boolean; onClose(): void; onMade(url: string): void }

export function NewLinkDialog({ isOpen, onClose, onMade }: NewLinkDialogProps) {
  const { t } = useTranslation('setupLinks')
  const { t: common } = useTranslation()
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('new.title')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <NewLinkForm onClose={onClose} onMade={onMade} />
    </Modal>
  )
}

/** Nobody gives away by a link what he may not do himself. */
function usePurposes(): readonly NewLink['purpose'][] {
  const can = useCan()
  const mayScim = can('keys:manage')
  const maySaml = can('sign-in:manage')
  return purposes.filter((purpose) => (purpose === 'saml' || mayScim) && (purpose === 'scim' || maySaml))
}

function NewLinkForm({ onClose, onMade }: Omit<NewLinkDialogProps, 'isOpen'>) {
  const { t } = useTranslation('setupLinks')
  const { t: common } = useTranslation()
  const permitted = usePurposes()
  const [purpose, setPurpose] = useState(permitted[0] ?? 'scim')
  const [provider, setProvider] = useState<NewLink['provider']>('okta')
  const [values, setValues] = useState<Values>({ days: defaultDays, mailTo: '', language: null })
  const create = useChange('createSetupLink', { stale: ['listSetupLinks'] })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const { days, mailTo, language } = values
    const body: NewLink = {
      purpose,
      provider,
      ...(typeof days === 'number' && { days }),
      ...(mailTo.trim() !== '' && { mailTo: mailTo.trim() }),
      ...(isLanguage(language) && { language }),
    }
    create.mutate({ body }, { onSuccess: ({ url }) => onMade(url) })
  }
  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Select
        data-autofocus
        label={t('column.purpose')}
        data={permitted.map((value) => ({ value, label: t(`purpose.${value}`) }))}
        value={purpose}
        allowDeselect={false}
        onChange={(value) => setPurpose(permitted.find((each) => each === value) ?? purpose)}
      />
      <Select
        label={t('column.provider')}
        data={providers.map((value) => ({ value, label: t(`provider.${value}`) }))}
        value={provider}
        allowDeselect={false}
        onChange={(value) => setProvider(providers.find((each) => each === value) ?? provider)}
      />
      <MailFields values={values} onChange={setValues} />
      {create.isError && <ErrorBlock error={create.error} />}
      <Group justify="flex-end">
        <Button onClick={onClose}>{common('cancel')}</Button>
        <Button type="submit" variant="filled" loading={create.isPending}>
          {t('new.make')}
        </Button>
      </Group>
    </form>
  )
}

type Values = { readonly days: number | string; readonly mailTo: string; readonly language: string | null }

/** How long it works, and who is sent it in which language. */
function MailFields({ values, onChange }: { readonly values: Values; onChange(values: Values): void }) {
  const { t } = useTranslation('setupLinks')
  const { t: common } = useTranslation()
  return (
    <>
      <NumberInput
        label={t('new.days')}
        description={t('new.daysHelp')}
        value={values.days}
        min={1}
        max={daysMax}
        allowDecimal={false}
        onChange={(days) => onChange({ ...values, days })}
      />
      <TextInput
        type="email"
        label={t('new.mailTo')}
        description={t('new.mailToHelp')}
        value={values.mailTo}
        autoComplete="off"
        onChange={(event) => onChange({ ...values, mailTo: event.currentTarget.value })}
      />
      <Select
        label={t('new.language')}
        placeholder={t('new.languageOfOrganization')}
        data={languages.map((value) => ({ value, label: languageNames[value] }))}
        value={values.language}
        clearable
        clearButtonProps={{ 'aria-label': common('clear') }}
        onChange={(language) => onChange({ ...values, language })}
      />
    </>
  )
}
