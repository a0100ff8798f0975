import { Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyButton } from './copy.tsx'
import styles from './json-dialog.module.css'

/** What the API answered, word for word. */
export function JsonDialog({
  value,
  isOpen,
  onClose,
}: {
  readonly value: unknown
  readonly isOpen: boolean
  onClose(): void
}) {
  const { t } = useTranslation()
  const text = JSON.stringify(value, null, 2)
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('viewJson')}
      size="xl"
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <div className={styles.frame}>
        <span className={styles.copy}>
          <CopyButton text={text} />
        </span>
        <pre className={styles.text} tabIndex={0}>
          {text}
        </pre>
      </div>
    </Modal>
  )
}
