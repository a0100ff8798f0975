import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { SettingsFrame } from './settings-frame.tsx'
import styles from './settings.module.css'
import { TeamSettings } from './team-settings.tsx'

/** What the plan allows, how many people may belong, and where members of teams may come from. */
export function PlanPage() {
  return (
    <SettingsFrame tab="plan">
      <TeamSettings />
      <Plan />
    </SettingsFrame>
  )
}

function Plan() {
  const { t } = useTranslation('settings')
  const { data, error, refetch } = useRoute('getOrganizationPlan')
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={3} />
  return (
    <Section title={t('plan.title', { name: data.plan })}>
      <Seats seats={data.seats} />
      <ul className={styles.rows}>
        {data.features.map(({ name, included }) => (
          <li key={name}>
            {t(`plan.feature.${name}`)}
            <StateChip tone={included ? 'good' : 'quiet'}>
              {included ? t('plan.included') : t('plan.missing')}
            </StateChip>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Seats({ seats: { used, max } }: Pick<RouteAnswer<'getOrganizationPlan'>, 'seats'>) {
  const { t } = useTranslation('settings')
  const formats = useFormats()
  const words =
    max === null
      ? t('plan.seats', { count: used, number: formats.number(used) })
      : t('plan.seatsOf', { used: formats.number(used), max: formats.number(max) })
  return <p className={styles.lead}>{words}</p>
}
