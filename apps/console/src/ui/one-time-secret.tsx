import { Button, Checkbox, Modal } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './confirm-dialog.module.css'
import { CopyButton } from './copy.tsx'
import { download } from './csv.ts'
import { icons } from './icons.tsx'

type OneTimeSecretProps = {
  readonly title: string
  /** Undefined: closed. */
  readonly secret: string | undefined
  /** Name of the variable in the file that can be saved, such as `ROLLCALL_KEY`. */
  readonly variable: string
  /** How to try it. */
  readonly children?: ReactNode
  onClose(): void
}

/** A secret that is shown this once: only whoever says that he has kept it gets on. */
export function OneTimeSecret({ title, secret, variable, children, onClose }: OneTimeSecretProps) {
  const { t } = useTranslation()
  const [isKept, setKept] = useState(false)
  const close = (): void => {
    setKept(false)
    onClose()
  }
  const text = secret ?? ''
  return (
    <Modal
      opened={secret !== undefined}
      onClose={() => undefined}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
      title={title}
      size="lg"
    >
      <div className={styles.form}>
        <p className={styles.warning}>
          <icons.warning />
          {t('secret.once')}
        </p>
        <code className={styles.secret}>{text}</code>
        <div className={styles.buttons}>
          <CopyButton text={text} />
          <Button
            leftSection={<icons.download />}
            onClick={() => download('.env', `${variable}=${text}\n`, 'text/plain')}
          >
            {t('secret.download')}
          </Button>
        </div>
        {children}
        <Checkbox
          label={t('secret.kept')}
          checked={isKept}
          onChange={(event) => setKept(event.currentTarget.checked)}
        />
        <div className={styles.buttons}>
          <Button variant="filled" disabled={!isKept} onClick={close}>
            {t('done')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
