import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './me.module.css'

/** As the server wants it. */
const charactersMin = 12

export function PasswordDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('me')
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const change = useChange('changeOwnPassword', { stale: ['listOwnSessions'] })
  const submit = (): void =>
    change.mutate(
      { body: { current, password } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('password.changed') })
          onClose()
        },
      },
    )
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('password.change')}
      action={t('password.change')}
      isReady={current !== '' && password !== ''}
      change={change}
      onSubmit={submit}
    >
      <p className={styles.note}>{t('password.effect')}</p>
      <TextInput
        data-autofocus
        required
        type="password"
        autoComplete="current-password"
        label={t('password.current')}
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
      />
      <TextInput
        required
        type="password"
        autoComplete="new-password"
        label={t('password.new')}
        description={t('password.rule', { count: charactersMin })}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
