import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { icons } from '../ui/icons.tsx'
import styles from './mails.module.css'

/** Says that no mail leaves this server, where that is so: whoever waits for one would wait for ever. */
export function OutboxNote() {
  const { t } = useTranslation('mails')
  const { data } = useRoute('whoami')
  if (data?.mailDelivery !== 'outbox') return null
  return (
    <p className={styles.note} role="note">
      <icons.warning size={16} />
      <span>{t('outboxOnly')}</span>
    </p>
  )
}
