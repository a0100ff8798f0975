import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { LogStatus } from './log-status.tsx'
import styles from './logs.module.css'

export type Step = RouteAnswer<'getProvisioningLogEntry'>['steps'][number]

/** Import, scoping, matching, processing, references, export: what each did and with what. */
export function Steps({ steps }: { readonly steps: readonly Step[] }) {
  const { t } = useTranslation('logs')
  if (steps.length === 0) return <p className={styles.quiet}>{t('noSteps')}</p>
  return (
    <ol className={styles.steps}>
      {steps.map(({ name, status, message, detail }) => (
        <li key={name} className={styles.step}>
          <div className={styles.stepHead}>
            <strong>{t(`step.${name}`)}</strong>
            <LogStatus status={status} />
          </div>
          <p>{message}</p>
          {detail !== undefined && Object.keys(detail).length > 0 && (
            <details className={styles.more}>
              <summary>{t('details')}</summary>
              <pre tabIndex={0}>{JSON.stringify(detail, null, 2)}</pre>
            </details>
          )}
        </li>
      ))}
    </ol>
  )
}
