import { Button, Modal, TextInput } from '@mantine/core'
import type { RouteAnswer, RouteId } from '@rollcall/admin-api'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './apps.module.css'

type PauseDialogProps = {
  readonly app: RouteAnswer<'getApp'>
  readonly isOpen: boolean
  onClose(): void
  readonly stale: readonly RouteId[]
}

/** Why it is paused is what the next administrator asks first. */
export function PauseDialog({ app, isOpen, onClose, stale }: PauseDialogProps) {
  const { t } = useTranslation(['apps', 'common'])
  const [reason, setReason] = useState('')
  const pause = useChange('pauseApp', { stale })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const body = reason.trim() === '' ? {} : { reason: reason.trim() }
    pause.mutate(
      { params: { app: app.id }, body },
      {
        onSuccess: () => {
          setReason('')
          onClose()
          showToast({ tone: 'good', text: t('done.paused', { name: app.name }) })
        },
      },
    )
  }
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('ask.pause', { name: app.name })}
      closeButtonProps={{ 'aria-label': t('common:close') }}
    >
      <form className={styles.dialog} onSubmit={submit}>
        <p>{t('ask.pauseText')}</p>
        <TextInput
          data-autofocus
          label={t('ask.reason')}
          description={t('ask.reasonHelp')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {pause.error !== null && <ErrorBlock error={pause.error} />}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button type="submit" variant="filled" loading={pause.isPending}>
            {t('act.pause')}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
