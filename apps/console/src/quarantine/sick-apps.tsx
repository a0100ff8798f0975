import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { AppHealth } from '../apps/app-state.tsx'
import { useFormats } from '../i18n/format.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import { useEngineReasons } from '../ui/use-engine-reasons.ts'
import styles from './quarantine.module.css'

/** Apps that are not healthy; each leads to its page, where it is tried again or released. */
export function SickApps() {
  const { t } = useTranslation('quarantine')
  const formats = useFormats()
  const reasonWords = useEngineReasons()
  const organization = useOrganizationSlug()
  const { data, error, refetch } = useRoute('getOverview')
  if (error !== null && data === undefined) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons />
  const apps = (data.apps ?? []).filter(({ health }) => health !== 'healthy')
  if (apps.length === 0)
    return (
      <EmptyState icon="good" title={t('empty.apps')}>
        {t('empty.appsText')}
      </EmptyState>
    )
  return (
    <ul className={styles.sick}>
      {apps.map((app) => (
        <li key={app.id}>
          <AppHealth health={app.health} />
          <Link to="/$organization/apps/$app" params={{ organization, app: app.id }}>
            {app.name}
          </Link>
          <span>{app.healthReason !== null && reasonWords(app.healthReason).meaning}</span>
          <span>{t('failedOf', { failed: formats.number(app.failed24h), ok: formats.number(app.ok24h) })}</span>
          {app.nextRunAt !== null && <TimeInWords text={t('nextTryAt')} at={app.nextRunAt} />}
        </li>
      ))}
    </ul>
  )
}
