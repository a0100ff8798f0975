import type { RouteAnswer } from '@rollcall/admin-api'
import { Link, type LinkProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import styles from './overview.module.css'

type Overview = RouteAnswer<'getOverview'>

/** How many there are; each number leads to them. */
export function Counts({ people, teams }: Pick<Overview, 'people' | 'teams'>) {
  const { t } = useTranslation('overview')
  const formats = useFormats()
  const params = { organization: useOrganizationSlug() }
  const users = (tab?: 'suspended' | 'invitations' | 'deleted'): LinkProps => ({
    to: '/$organization/users',
    params,
    search: tab === undefined ? {} : { tab },
  })
  const counts: readonly (readonly [label: string, count: number, link: LinkProps])[] = [
    ...(people === null
      ? []
      : ([
          [t('people.active'), people.active, users()],
          [t('people.pending'), people.pending, users('invitations')],
          [t('people.suspended'), people.suspended, users('suspended')],
          [t('people.deprovisioned'), people.deprovisioned, users('deleted')],
        ] as const)),
    ...(teams === null ? [] : ([[t('people.teams'), teams, { to: '/$organization/teams', params }]] as const)),
  ]
  if (counts.length === 0) return null
  return (
    <ul className={styles.counts} aria-label={t('people.title')}>
      {counts.map(([label, count, link]) => (
        <li key={label}>
          <Link {...link} className={styles.count}>
            <span className={styles.countNumber}>{formats.number(count)}</span>
            <span className={styles.quiet}>{label}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
