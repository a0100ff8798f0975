import { Button, Checkbox, Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './confirm-dialog.module.css'

type KeptDialogProps = {
  readonly title: string
  readonly isOpen: boolean
  /** What whoever has kept it says. */
  readonly kept: string
  /** What there is to keep. */
  readonly children: ReactNode
  onClose(): void
}

/** Shows something this once: only whoever says that he has kept it gets on. */
export function KeptDialog({ title, isOpen, kept, children, onClose }: KeptDialogProps) {
  const { t } = useTranslation()
  const [isKept, setKept] = useState(false)
  const close = (): void => {
    setKept(false)
    onClose()
  }
  return (
    <Modal
      opened={isOpen}
      onClose={() => undefined}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title={title}
      size="lg"
    >
      <div className={styles.form}>
        {children}
        <Checkbox label={kept} checked={isKept} onChange={(event) => setKept(event.currentTarget.checked)} />
        <div className={styles.buttons}>
          <Button variant="filled" disabled={!isKept} onClick={close}>
            {t('done')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
