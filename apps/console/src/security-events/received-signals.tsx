import { Link } from '@tanstack/react-router'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { knownOutcome } from './effects.ts'
import { shortName } from './event-uris.ts'
import styles from './security-events.module.css'

type Signal = RouteAnswer<'getReceivedSignals'>['data'][number]

const refreshMs = 5_000
const tones: { readonly [outcome: string]: Tone } = {
  suspended: 'good',
  reactivated: 'good',
  sessionsEnded: 'good',
  subjectUnknown: 'bad',
  held: 'warn',
  lastOwner: 'warn',
  builtInAccount: 'warn',
}

/** What came lately, about whom, and what became of it. */
export function ReceivedSignals({ transmitter }: { readonly transmitter: string }) {
  const { t } = useTranslation('securityEvents')
  const asked = useRoute('getReceivedSignals', { params: { transmitter } }, { refetchInterval: refreshMs })
  const { data, error, refetch } = asked
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons />
  if (data.data.length === 0)
    return (
      <EmptyState icon="streams" title={t('signals.none')}>
        {t('signals.noneText')}
      </EmptyState>
    )
  return (
    // Wider than a telephone: it scrolls, also by keyboard.
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('part.signals')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('column.at')}</th>
            <th scope="col">{t('column.signal')}</th>
            <th scope="col">{t('column.person')}</th>
            <th scope="col">{t('column.outcome')}</th>
          </tr>
        </thead>
        <tbody>
          {data.data.map((signal) => (
            <SignalRow key={`${signal.jti} ${signal.event}`} signal={signal} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function SignalRow({ signal: { receivedAt, event, userId, outcome } }: { readonly signal: Signal }) {
  const { t } = useTranslation('securityEvents')
  const organization = useOrganizationSlug()
  const known = knownOutcome(outcome)
  return (
    <tr>
      <td>
        <Time at={receivedAt} />
      </td>
      <td>
        <code className={styles.code} title={event}>
          {shortName(event)}
        </code>
      </td>
      <td>
        {userId === null ? (
          '–'
        ) : (
          <Link to="/$organization/users/$user" params={{ organization, user: userId }} className={styles.code}>
            {userId}
          </Link>
        )}
      </td>
      <td>
        <StateChip tone={tones[outcome] ?? 'quiet'}>{known === undefined ? outcome : t(`outcome.${known}`)}</StateChip>
      </td>
    </tr>
  )
}
