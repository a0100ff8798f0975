import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import type { LogSearch } from './log-search.ts'
import styles from './logs.module.css'

const days = 7
const causesShown = 6

/** What failed most in the last week, by cause; a cause narrows the list to itself. */
export function LogCauses({
  search,
  onSearch,
}: {
  readonly search: LogSearch
  onSearch(reason: string | undefined): void
}) {
  const { t } = useTranslation('logs')
  const formats = useFormats()
  const can = useCan()
  const { data } = useRoute('getErrorStatistics', { query: { days } }, { enabled: can('log:read') })
  const counts = new Map<string, number>()
  for (const { origin, subject, cause, count } of data?.data ?? [])
    if (origin === 'app' && (search.app === undefined || subject?.id === search.app))
      counts.set(cause, (counts.get(cause) ?? 0) + count)
  const causes = [...counts].toSorted(([, a], [, b]) => b - a).slice(0, causesShown)
  if (causes.length === 0) return null
  return (
    <div className={styles.causes} role="group" aria-label={t('causes')}>
      <span className={styles.causesTitle}>{t('causes')}</span>
      {causes.map(([cause, count]) => (
        <button
          type="button"
          key={cause}
          className={styles.cause}
          aria-pressed={search.reason === cause}
          onClick={() => onSearch(search.reason === cause ? undefined : cause)}
        >
          {cause}
          <span className={styles.causeCount}>{formats.number(count)}</span>
        </button>
      ))}
    </div>
  )
}
