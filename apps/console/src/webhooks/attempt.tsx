import type { EntryOf } from '../api/queries.ts'
import { useTranslation } from 'react-i18next'
import { useShortDuration } from '../logs/use-short-duration.ts'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import styles from './webhooks.module.css'

export type Delivery = EntryOf<'listDeliveries'>
type Attempt = Delivery['attempts'][number]

/** How one attempt ended, how long it took, when. */
export function AttemptHead({ attempt: { status, durationMs, at } }: { readonly attempt: Attempt }) {
  const { t } = useTranslation('webhooks')
  const duration = useShortDuration()
  const isGood = status !== null && status >= 200 && status < 300
  return (
    <span className={styles.attemptHead}>
      <StateChip tone={isGood ? 'good' : 'bad'}>
        {status === null ? t('delivery.noAnswer') : t('delivery.answered', { status })}
      </StateChip>
      <span>{duration(durationMs)}</span>
      <span className={styles.quiet}>
        <Time at={at} isAbsolute />
      </span>
    </span>
  )
}

const tones = { waiting: 'warn', delivered: 'good', failed: 'bad' } as const

/** What has become of a message so far. */
export function DeliveryState({ of: { state, attempts } }: { readonly of: Delivery }) {
  const { t } = useTranslation('webhooks')
  if (state === 'waiting' && attempts.length === 0)
    return (
      <StateChip tone="info" icon="clock">
        {t('deliveryState.new')}
      </StateChip>
    )
  return (
    <StateChip tone={tones[state]} {...(state === 'waiting' && { icon: 'retry' as const })}>
      {t(`deliveryState.${state}`)}
    </StateChip>
  )
}
