import { Button, Modal, TextInput } from '@mantine/core'
import { useState, type FormEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './confirm-dialog.module.css'
import { ErrorBlock } from './error-block.tsx'

type ConfirmDialogProps = {
  readonly isOpen: boolean
  onClose(): void
  readonly title: string
  /** Whom it touches and what becomes of them, with numbers. */
  readonly children: ReactNode
  /** What the button does: a verb. */
  readonly action: string
  /** `typed`: cannot be undone, so the name must be written. */
  readonly tier: 'affects' | 'typed'
  /** With `typed`: what must be written. */
  readonly name?: string
  readonly isPending?: boolean
  readonly error?: unknown
  onConfirm(): void
}

/** Asks before something that affects others or cannot be undone. What can be undone is done, with a toast that undoes it. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { isOpen, onClose, title, children, action, tier, name = '', isPending = false, error, onConfirm } = props
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const close = (): void => {
    setTyped('')
    onClose()
  }
  const isReady = tier !== 'typed' || typed === name
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isReady && !isPending) onConfirm()
  }
  return (
    <Modal opened={isOpen} onClose={close} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form className={styles.form} onSubmit={submit}>
        <div className={styles.text}>{children}</div>
        {tier === 'typed' && (
          <TextInput
            data-autofocus
            label={t('confirm.type', { name })}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {error !== undefined && error !== null && <ErrorBlock error={error} />}
        <div className={styles.buttons}>
          <Button onClick={close} data-autofocus={tier === 'typed' ? undefined : true}>
            {t('cancel')}
          </Button>
          <Button type="submit" variant="filled" data-danger disabled={!isReady} loading={isPending}>
            {action}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
