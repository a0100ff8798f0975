import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { partNames, toParts } from './counters.ts'
import styles from './run-strip.module.css'

type Cycle = EntryOf<'listAppCycles'>

const heightPx = 72
const leastPx = 3

/** A column a run, the newest on the right; each leads to what it did. */
export function RunStrip({ app, cycles }: { readonly app: string; readonly cycles: readonly Cycle[] }) {
  const { t } = useTranslation('apps')
  const sums = cycles.map(({ counters }) => (counters === null ? 0 : sumOf(toParts(counters))))
  const most = Math.max(1, ...sums)
  return (
    <div>
      <p className={styles.legend}>
        {partNames.map((name) => (
          <span key={name} className={styles.key} data-part={name}>
            {t(`part.${name}`)}
          </span>
        ))}
      </p>
      <ol className={styles.strip} aria-label={t('history.chart')}>
        {cycles.toReversed().map((cycle) => (
          <li key={cycle.id}>
            <Column app={app} cycle={cycle} scale={heightPx / most} />
          </li>
        ))}
      </ol>
    </div>
  )
}

function Column({ app, cycle, scale }: { readonly app: string; readonly cycle: Cycle; readonly scale: number }) {
  const { t } = useTranslation('apps')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  const parts = cycle.counters === null ? undefined : toParts(cycle.counters)
  const some = partNames.filter((name) => parts !== undefined && parts[name] > 0)
  const words = [
    formats.instant(cycle.startedAt),
    t(`cycle.${cycle.kind}`),
    t(`cycleState.${cycle.state}`),
    ...some.map((name) => `${t(`part.${name}`)} ${formats.number(parts?.[name] ?? 0)}`),
  ].join(' · ')
  return (
    <Link
      to="/$organization/apps/$app/logs"
      params={{ organization, app }}
      search={{ cycle: cycle.id }}
      className={styles.column}
      title={words}
      aria-label={words}
    >
      {some.toReversed().map((name) => (
        <span
          key={name}
          className={styles.part}
          data-part={name}
          style={{ height: Math.max(leastPx, (parts?.[name] ?? 0) * scale) }}
        />
      ))}
      {some.length === 0 && <span className={styles.nothing} />}
    </Link>
  )
}

function sumOf(parts: ReturnType<typeof toParts>): number {
  return partNames.reduce((sum, name) => sum + parts[name], 0)
}
