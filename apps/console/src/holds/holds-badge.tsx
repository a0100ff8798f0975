import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { RailBadge } from '../shell/rail-badge.tsx'

const shownMax = 100

/** How many mass changes wait for somebody. */
export function HoldsBadge() {
  const { t } = useTranslation()
  const { data } = useRoute('listHolds', { query: { state: 'open', limit: shownMax } })
  const count = data?.data.length ?? 0
  return <RailBadge count={count} label={t('shell.holds', { count })} />
}
