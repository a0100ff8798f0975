import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { LogStatus } from '../logs/log-status.tsx'
import { useObjectName } from '../logs/log-columns.tsx'
import { Time } from '../ui/time.tsx'
import styles from './apps.module.css'

const shownMax = 50
const refreshMs = 2_000

/** The last operations of a run that goes on, the newest first. */
export function RunTail({ app, cycle }: { readonly app: string; readonly cycle: string }) {
  const { t } = useTranslation('apps')
  const { t: logs } = useTranslation('logs')
  const organization = useOrganizationSlug()
  const nameOf = useObjectName()
  const query = { app, cycle, limit: shownMax }
  const { data } = useRoute('listProvisioningLog', { query }, { refetchInterval: refreshMs })
  if (data === undefined || data.data.length === 0) return null
  return (
    <details className={styles.tail} open>
      <summary>{t('run.tail', { count: data.data.length })}</summary>
      {/* It can be scrolled by the keyboard. */}
      <ol tabIndex={0} aria-label={t('run.tail', { count: data.data.length })}>
        {data.data.map((entry) => (
          <li key={entry.id}>
            <Time at={entry.at} />
            <LogStatus status={entry.status} />
            <span>{logs(`action.${entry.action}`)}</span>
            <Link
              to="/$organization/apps/$app/logs"
              params={{ organization, app }}
              search={{ cycle, open: entry.id }}
              className={styles.tailName}
            >
              {nameOf(entry)}
            </Link>
            {entry.status !== 'success' && <code className={styles.quiet}>{entry.reason}</code>}
          </li>
        ))}
      </ol>
    </details>
  )
}
