import { Button, CloseButton } from '@mantine/core'
import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { icons } from '../ui/icons.tsx'
import { dismissToast, toastStore } from '../ui/toast.ts'
import styles from './toasts.module.css'

/** The corner where things say that they have happened. */
export function Toasts() {
  const { t } = useTranslation()
  const toasts = useSyncExternalStore(toastStore.subscribe, toastStore.read)
  return (
    <div className={styles.region} role="region" aria-label={t('shell.messages')}>
      <div role="status" aria-live="polite" className={styles.list}>
        {toasts.map(({ id, tone, text, action }) => {
          const Shape = tone === 'bad' ? icons.error : tone === 'good' ? icons.good : icons.info
          return (
            <div key={id} className={styles.toast} data-tone={tone}>
              <Shape size={18} />
              <span className={styles.text}>{text}</span>
              {action !== undefined && (
                <Button
                  size="xs"
                  onClick={() => {
                    action.run()
                    dismissToast(id)
                  }}
                >
                  {action.label}
                </Button>
              )}
              <CloseButton size="sm" aria-label={t('close')} onClick={() => dismissToast(id)} />
            </div>
          )
        })}
      </div>
    </div>
  )
}
