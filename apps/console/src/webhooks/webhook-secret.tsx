import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../ui/code-block.tsx'
import { OneTimeSecret } from '../ui/one-time-secret.tsx'
import styles from './webhooks.module.css'

export type ShownSecret = { readonly id: string; readonly name: string; readonly value: string }

// The library of Standard Webhooks, which there is for most languages.
const verification = `import { Webhook } from 'standardwebhooks'

// The body as it came, before anything parses it
const event = new Webhook(process.env.ROLLCALL_WEBHOOK_SECRET).verify(body, headers)`

/** The secret of a new endpoint, or its new one; and how messages are verified by it. */
export function WebhookSecret({ shown, onClose }: { readonly shown: ShownSecret | undefined; onClose(): void }) {
  const { t } = useTranslation('webhooks')
  return (
    <OneTimeSecret
      title={t('secret.title', { name: shown?.name ?? '' })}
      secret={shown?.value}
      variable="ROLLCALL_WEBHOOK_SECRET"
      onClose={onClose}
    >
      <p className={styles.note}>{t('secret.text')}</p>
      <CodeBlock label={t('secret.verify')} text={verification} />
    </OneTimeSecret>
  )
}
