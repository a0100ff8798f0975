import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { planOperations } from '../app-plans/plan-operations.ts'
import { useFormats } from '../i18n/format.ts'
import { Section } from '../ui/page.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import styles from './apps.module.css'

const shownMax = 5
const tones = { planning: 'info', ready: 'info', applied: 'good', discarded: 'quiet', failed: 'bad' } as const

/** The latest plans; nothing where there was none. */
export function Plans({ app }: { readonly app: string }) {
  const { t } = useTranslation('apps')
  const { t: plans } = useTranslation('plans')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  const { data } = useRoute('listAppPlans', { params: { app }, query: { limit: shownMax } })
  const wordsOf = (counts: Readonly<Record<string, number>>): string =>
    formats.list(
      planOperations
        .filter((name) => (counts[name] ?? 0) > 0)
        .map((name) => `${plans(`count.${name}`)} ${formats.number(counts[name] ?? 0)}`),
    )
  if (data === undefined || data.data.length === 0) return null
  return (
    <Section title={t('plans.title')}>
      <ul className={styles.events}>
        {data.data.map(({ id, state, counts, createdAt }) => (
          <li key={id}>
            <Time at={createdAt} />
            <StateChip tone={tones[state]}>{t(`plans.${state}`)}</StateChip>
            <Link to="/$organization/apps/$app/plans/$plan" params={{ organization, app, plan: id }}>
              {wordsOf(counts) || t('plans.nothing')}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
