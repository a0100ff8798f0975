import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { StateChip } from '../ui/state-chip.tsx'
import { useShortDuration } from './use-short-duration.ts'
import styles from './logs.module.css'

type Exchange = RouteAnswer<'getProvisioningLogEntry'>['exchanges'][number] & { readonly isSent?: boolean }

/** Requests to the app and what it answered, redacted, with how long each took. */
export function Exchanges({ exchanges }: { readonly exchanges: readonly Exchange[] }) {
  const { t } = useTranslation('logs')
  const duration = useShortDuration()
  return (
    <ol className={styles.steps}>
      {exchanges.map((each, index) => (
        // The same request may be sent twice; the list never changes its order.
        <li key={index} className={styles.step}>
          <div className={styles.stepHead}>
            <code className={styles.request}>
              {each.method} {each.path}
            </code>
            {each.isSent === false ? (
              <StateChip tone="quiet">{t('notSent')}</StateChip>
            ) : (
              <StateChip tone={each.status !== null && each.status < 400 ? 'good' : 'bad'}>
                {each.status === null ? t('noAnswer') : String(each.status)}
              </StateChip>
            )}
            {each.isSent !== false && <span className={styles.quiet}>{duration(each.durationMs)}</span>}
          </div>
          {(each.requestBody !== undefined || each.responseBody !== undefined) && (
            <details className={styles.more}>
              <summary>{t('bodies')}</summary>
              {each.requestBody !== undefined && <pre tabIndex={0}>{JSON.stringify(each.requestBody, null, 2)}</pre>}
              {each.responseBody !== undefined && <pre tabIndex={0}>{each.responseBody}</pre>}
            </details>
          )}
        </li>
      ))}
    </ol>
  )
}
