import { Button, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { useSession } from '../api/session.ts'
import { isLanguage, languageNames, languages } from '../i18n/language.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { icons } from '../ui/icons.tsx'
import { showToast } from '../ui/toast.ts'

/** A mail whose only purpose is to arrive: to whoever asks, at first. */
export function TestMail() {
  const { t } = useTranslation('mails')
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button leftSection={<icons.send />} onClick={() => setOpen(true)}>
        {t('test.act')}
      </Button>
      {isOpen && <TestMailDialog onClose={() => setOpen(false)} />}
    </>
  )
}

function TestMailDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('mails')
  const { t: common } = useTranslation()
  const { user } = useSession()
  const [to, setTo] = useState(user.email ?? '')
  const [locale, setLocale] = useState<string | null>(null)
  const send = useChange('sendTestMail', { stale: ['listMails'] })
  const submit = (): void =>
    send.mutate(
      { body: { to: to.trim(), ...(isLanguage(locale) && { locale }) } },
      {
        onSuccess: ({ delivery }) => {
          showToast({ tone: 'good', text: delivery === 'smtp' ? t('test.sent', { to }) : t('test.kept') })
          onClose()
        },
      },
    )
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('test.title')}
      action={t('test.send')}
      isReady={to.trim() !== ''}
      change={send}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        type="email"
        label={t('test.to')}
        value={to}
        error={fieldErrorsOf(send.error)['to']}
        onChange={(event) => setTo(event.currentTarget.value)}
      />
      <Select
        label={t('test.language')}
        placeholder={t('test.languageOfOrganization')}
        data={languages.map((value) => ({ value, label: languageNames[value] }))}
        value={locale}
        clearable
        clearButtonProps={{ 'aria-label': common('clear') }}
        onChange={setLocale}
      />
    </FormDialog>
  )
}
