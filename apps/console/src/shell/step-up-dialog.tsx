import { Button, Modal } from '@mantine/core'
import { useEffect, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { basePath, serverUrl } from '../api/place.ts'
import { onConfirmed, stepUpStore } from '../api/step-up.ts'
import { icons } from '../ui/icons.tsx'
import styles from '../ui/confirm-dialog.module.css'

const stepUpLayer = 400

/** Asks whoever is signed in to show anew who he is, in a window aside: what he has written here stays. */
export function StepUpDialog() {
  const { t } = useTranslation()
  const stepUp = useSyncExternalStore(stepUpStore.subscribe, stepUpStore.read)
  useEffect(() => (stepUp === undefined ? undefined : onConfirmed(() => stepUp.settle(true))), [stepUp])
  const confirm = (): void => {
    const prefix = new URL(serverUrl).pathname.replace(/\/$/, '')
    const next = `${basePath.slice(prefix.length)}/confirmed`
    open(`${stepUp?.confirmUrl ?? ''}?next=${encodeURIComponent(next)}`, '_blank', 'popup,width=520,height=720')
  }
  return (
    <Modal
      opened={stepUp !== undefined}
      onClose={() => stepUp?.settle(false)}
      title={t('stepUp.title')}
      // What asks for it is often a dialog itself: this one stands before it.
      zIndex={stepUpLayer}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <div className={styles.form}>
        <p className={styles.text}>{t('stepUp.text')}</p>
        <div className={styles.buttons}>
          <Button onClick={() => stepUp?.settle(false)}>{t('cancel')}</Button>
          <Button variant="filled" data-autofocus leftSection={<icons.key />} onClick={confirm}>
            {t('stepUp.confirm')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
