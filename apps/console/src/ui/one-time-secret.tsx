import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './confirm-dialog.module.css'
import { CopyButton } from './copy.tsx'
import { download } from './csv.ts'
import { icons } from './icons.tsx'
import { KeptDialog } from './kept-dialog.tsx'

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

/** A secret that is shown this once. */
export function OneTimeSecret({ title, secret, variable, children, onClose }: OneTimeSecretProps) {
  const { t } = useTranslation()
  const text = secret ?? ''
  return (
    <KeptDialog title={title} isOpen={secret !== undefined} kept={t('secret.kept')} onClose={onClose}>
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
    </KeptDialog>
  )
}
