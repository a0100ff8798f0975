import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import styles from './overview.module.css'

type Ending = NonNullable<RouteAnswer<'getOverview'>['apps']>[number]['recentRuns'][number]

const endings = ['good', 'partly', 'failed', 'cancelled', 'running'] as const satisfies readonly Ending[]

/** How the last runs of an app ended, the newest on the right; leads to all of them. */
export function RecentRuns({ app, runs }: { readonly app: string; readonly runs: readonly Ending[] }) {
  const { t } = useTranslation('overview')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  if (runs.length === 0) return null
  const words = endings
    .map((name) => ({ name, count: runs.filter((each) => each === name).length }))
    .filter(({ count }) => count > 0)
    .map(({ name, count }) => t(`recent.${name}`, { number: formats.number(count) }))
  const label = t('recent.label', { what: formats.list(words) })
  return (
    <Link
      to="/$organization/apps/$app/runs"
      params={{ organization, app }}
      className={styles.recent}
      aria-label={label}
      title={label}
    >
      {runs.toReversed().map((ending, index) => (
        // They have nothing but their place.
        <span key={index} data-ending={ending} />
      ))}
    </Link>
  )
}
