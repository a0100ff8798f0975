import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { FormSection } from '../ui/form.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { WebhookSecret, type ShownSecret } from './webhook-secret.tsx'
import type { Webhook } from './webhook-state.tsx'
import styles from './webhooks.module.css'

/** A new secret beside the old one, which signs too for a day. */
export function RotateSecret({ webhook }: { readonly webhook: Webhook }) {
  const { t } = useTranslation('webhooks')
  const formats = useFormats()
  const [isAsking, setAsking] = useState(false)
  const [shown, setShown] = useState<ShownSecret>()
  const rotate = useChange('rotateWebhook', { stale: ['getWebhook'] })
  const { previousUntil } = webhook.secret
  const hasTwo = previousUntil !== null && Date.parse(previousUntil) > Date.now()
  const confirm = (): void =>
    rotate.mutate(
      { params: { webhook: webhook.id } },
      {
        onSuccess: ({ id, name, secret: { value } }) => {
          setAsking(false)
          setShown({ id, name, value })
        },
      },
    )
  return (
    <FormSection title={t('rotate.title')} lead={t('rotate.text')}>
      <div className={styles.answer}>
        {hasTwo ? (
          <>
            <StateChip tone="info" icon="key">
              {t('rotate.two')}
            </StateChip>
            <span className={styles.note}>{t('rotate.until', { time: formats.instant(previousUntil) })}</span>
          </>
        ) : (
          <StateChip tone="good" icon="key">
            {t('rotate.one')}
          </StateChip>
        )}
      </div>
      <div>
        <Button onClick={() => setAsking(true)}>{t('rotate.action')}</Button>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('rotate.ask', { name: webhook.name })}
        action={t('rotate.action')}
        tier="affects"
        isPending={rotate.isPending}
        error={rotate.error}
        onConfirm={confirm}
      >
        {hasTwo ? t('rotate.askTwo') : t('rotate.askOne')}
      </ConfirmDialog>
      <WebhookSecret shown={shown} onClose={() => setShown(undefined)} />
    </FormSection>
  )
}
