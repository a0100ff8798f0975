import { Button, Modal } from '@mantine/core'
import type { FormEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './confirm-dialog.module.css'
import { ErrorBlock } from './error-block.tsx'

type FormDialogProps = {
  readonly isOpen: boolean
  onClose(): void
  readonly title: string
  readonly size?: 'md' | 'lg'
  /** The fields. */
  readonly children: ReactNode
  /** What the button does: a verb. */
  readonly action: string
  /** What it does touches others and hurts. */
  readonly isDanger?: boolean
  /** False: something that is needed is still empty. */
  readonly isReady?: boolean
  /** What sends it. */
  readonly change: { readonly isPending: boolean; readonly error: Error | null }
  onSubmit(): void
}

/** Asks for a few things and sends them; a refusal stands below the fields. */
export function FormDialog(props: FormDialogProps) {
  const { isOpen, onClose, title, size = 'md', children, action, change, onSubmit } = props
  const { isDanger = false, isReady = true } = props
  const { t } = useTranslation()
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isReady && !change.isPending) onSubmit()
  }
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': t('close') }}>
      <form className={styles.form} onSubmit={submit}>
        {children}
        {change.error !== null && <ErrorBlock error={change.error} />}
        <div className={styles.buttons}>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            type="submit"
            variant="filled"
            data-danger={isDanger || undefined}
            disabled={!isReady}
            loading={change.isPending}
          >
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
