import { Link } from '@tanstack/react-router'
import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { routeQuery, useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import styles from './rail-progress.module.css'

/** How far an organization is on its way to its first app; gone when it is there. */
export function RailProgress() {
  const { t } = useTranslation('firstRun')
  const organization = useOrganizationSlug()
  const formats = useFormats()
  const can = useCan()
  const client = useQueryClient()
  const isDone = client.getQueryData(routeQuery('getOverview', organization).queryKey)?.firstRun.done === true
  // Whoever is there never leaves: nothing more is asked.
  const { data } = useRoute('getOverview', {}, { enabled: !isDone && (can('apps:manage') || can('sources:manage')) })
  if (data === undefined || data.firstRun.done) return null
  const { steps } = data.firstRun
  const done = steps.filter((step) => step.done).length
  return (
    <Link to="/$organization/first-run" params={{ organization }} className={styles.entry}>
      <span className={styles.line}>
        <span>{t('title')}</span>
        <span className={styles.count}>
          {t('short', { done: formats.number(done), total: formats.number(steps.length) })}
        </span>
      </span>
      <span className={styles.bar} aria-hidden="true">
        <span style={{ width: `${(done / steps.length) * 100}%` }} />
      </span>
    </Link>
  )
}
