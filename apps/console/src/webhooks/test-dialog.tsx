import { Button, Loader, Modal } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { CodeBlock, toLines } from '../ui/code-block.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { AttemptHead } from './attempt.tsx'
import type { Webhook } from './webhook-state.tsx'
import styles from './webhooks.module.css'

const askAgainMs = 700

type TestDialogProps = { readonly webhook: Webhook; onClose(): void; onShow(delivery: string): void }

/** Sends a test at once and waits for what the endpoint says. */
export function TestDialog({ webhook, onClose, onShow }: TestDialogProps) {
  const { t } = useTranslation('webhooks')
  const { t: common } = useTranslation()
  const { mutate, data: sent, error } = useChange('testWebhook', { stale: ['listDeliveries'] })
  useEffect(() => mutate({ params: { webhook: webhook.id } }), [mutate, webhook.id])
  const { data: delivery } = useRoute(
    'getDelivery',
    { params: { webhook: webhook.id, delivery: sent?.id ?? '' } },
    { enabled: sent !== undefined, refetchInterval: askAgainMs },
  )
  const attempt = delivery?.attempts.at(-1)
  return (
    <Modal opened onClose={onClose} title={t('test.title')} closeButtonProps={{ 'aria-label': common('close') }}>
      <div className={styles.panel}>
        <p className={styles.note}>{t('test.text')}</p>
        {error !== null && <ErrorBlock error={error} />}
        <div className={styles.answer} role="status">
          {attempt === undefined && error === null && (
            <>
              <Loader size={16} /> {t('test.waiting')}
            </>
          )}
          {attempt !== undefined && <AttemptHead attempt={attempt} />}
        </div>
        {attempt?.error !== undefined && attempt.error !== null && <p lang="en">{attempt.error}</p>}
        {attempt?.response !== undefined && attempt.response !== null && (
          <CodeBlock label={t('delivery.response')} text={toLines(attempt.response)} />
        )}
        <div className={styles.acts}>
          <Button onClick={onClose}>{common('close')}</Button>
          {sent !== undefined && <Button onClick={() => onShow(sent.id)}>{t('test.show')}</Button>}
        </div>
      </div>
    </Modal>
  )
}
