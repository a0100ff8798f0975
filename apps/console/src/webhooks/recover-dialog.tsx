import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import { SinceField } from './since-field.tsx'
import { lastDay, toInstant, type Since } from './since.ts'
import type { Webhook } from './webhook-state.tsx'
import styles from './webhooks.module.css'

/** Sends again what was given up. */
export function RecoverDialog({ webhook, onClose }: { readonly webhook: Webhook; onClose(): void }) {
  const { t } = useTranslation('webhooks')
  const formats = useFormats()
  const [since, setSince] = useState<Since>(lastDay)
  const recover = useChange('recoverWebhook', { stale: ['getWebhook', 'listDeliveries'] })
  const isReady = toInstant(since, Date.now()) !== undefined
  const submit = (): void => {
    const from = toInstant(since, Date.now())
    if (from === undefined) return
    recover.mutate(
      { params: { webhook: webhook.id }, body: { since: from } },
      {
        onSuccess: ({ count }) => {
          onClose()
          showToast({
            tone: 'good',
            text: count === 0 ? t('recover.nothing') : t('recover.done', { count, number: formats.number(count) }),
          })
        },
      },
    )
  }
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('recover.title')}
      action={t('recover.action')}
      isReady={isReady}
      change={recover}
      onSubmit={submit}
    >
      <p className={styles.note}>{t('recover.text')}</p>
      <SinceField since={since} onChange={setSince} />
    </FormDialog>
  )
}
