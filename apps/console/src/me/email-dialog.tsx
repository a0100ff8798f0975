import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './me.module.css'

/** Another mail address: both get a link, and it changes when both were opened. */
export function EmailDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('me')
  const [email, setEmail] = useState('')
  const ask = useChange('requestOwnEmail', { stale: [] })
  const submit = (): void =>
    ask.mutate(
      { body: { email: email.trim() } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('email.asked') })
          onClose()
        },
      },
    )
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('email.title')}
      action={t('email.ask')}
      isReady={email.includes('@')}
      change={ask}
      onSubmit={submit}
    >
      <p className={styles.note}>{t('email.text')}</p>
      <TextInput
        data-autofocus
        required
        type="email"
        autoComplete="email"
        label={t('email.new')}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
