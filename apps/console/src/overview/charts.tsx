import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { Bars, type Series } from '../ui/charts.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { chartDays, daysBetween, type ChartDays } from './chart-days.ts'
import styles from './overview.module.css'

type Answered<Answer> = {
  readonly data: Answer | undefined
  readonly error: Error | null
  refetch(): Promise<unknown>
}

/** How it went day by day; for whoever may read that. Each chart stands or fails by itself. */
export function Charts({ days }: { readonly days: ChartDays }) {
  const { t } = useTranslation('overview')
  const can = useCan()
  if (!can('people:read') && !can('log:read')) return null
  return (
    <Section title={t('charts.title')} actions={<DaysSwitch days={days} />}>
      <div className={styles.charts}>
        {can('people:read') && <PeopleChart days={days} />}
        {can('log:read') && <ChangesChart days={days} />}
        {can('log:read') && <ErrorCauses days={days} />}
      </div>
    </Section>
  )
}

function DaysSwitch({ days }: { readonly days: ChartDays }) {
  const { t } = useTranslation('overview')
  const organization = useOrganizationSlug()
  return (
    <nav className={styles.switch} aria-label={t('charts.range')}>
      {chartDays.map((each) => (
        <Link
          key={each}
          to="/$organization/overview"
          params={{ organization }}
          search={each === 30 ? {} : { days: each }}
          resetScroll={false}
          // Of three links to one page with other words behind it only one is where one is.
          activeProps={{}}
          aria-current={each === days ? 'true' : undefined}
        >
          {t('charts.days', { count: each })}
        </Link>
      ))}
    </nav>
  )
}

function PeopleChart({ days }: { readonly days: ChartDays }) {
  const { t } = useTranslation('overview')
  const formats = useFormats()
  const answered = useRoute('getPeopleStatistics', { query: { days } })
  const series: readonly Series[] = [
    { id: 'active', label: t('people.active'), tone: 'info' },
    { id: 'pending', label: t('people.pending'), tone: 'good' },
    { id: 'suspended', label: t('people.suspended'), tone: 'warn' },
    { id: 'deprovisioned', label: t('people.deprovisioned'), tone: 'quiet' },
  ]
  const draw = ({ data }: RouteAnswer<'getPeopleStatistics'>) => (
    <Bars
      title={t('charts.people')}
      series={series}
      bars={data.map(({ day, ...values }) => ({ label: formats.date(`${day}T12:00:00Z`), values }))}
    />
  )
  return <Chart title={t('charts.people')} answered={answered} draw={draw} />
}

function ChangesChart({ days }: { readonly days: ChartDays }) {
  const { t } = useTranslation('overview')
  const formats = useFormats()
  const answered = useRoute('getChangeStatistics', { query: { days } })
  const kinds = ['created', 'updated', 'suspended', 'deleted', 'members'] as const
  const tones = { created: 'good', updated: 'info', suspended: 'warn', deleted: 'bad', members: 'quiet' } as const
  const draw = ({ data, from, to, firstDay }: RouteAnswer<'getChangeStatistics'>) => {
    const byDay = Map.groupBy(data, ({ day }) => day)
    const bars = daysBetween(firstDay !== null && firstDay > from ? firstDay : from, to).map((day) => ({
      label: formats.date(`${day}T12:00:00Z`),
      values: Object.fromEntries(
        kinds.map((kind) => [kind, (byDay.get(day) ?? []).reduce((sum, each) => sum + each[kind], 0)]),
      ),
    }))
    const series = kinds.map((kind) => ({ id: kind, label: t(`charts.${kind}`), tone: tones[kind] }))
    return <Bars title={t('charts.changes')} series={series} bars={bars} />
  }
  return <Chart title={t('charts.changes')} answered={answered} draw={draw} />
}

const causesMax = 6

/** What went wrong most often. */
function ErrorCauses({ days }: { readonly days: ChartDays }) {
  const { t } = useTranslation('overview')
  const formats = useFormats()
  const answered = useRoute('getErrorStatistics', { query: { days } })
  const draw = ({ data }: RouteAnswer<'getErrorStatistics'>) => {
    const causes = [...Map.groupBy(data, ({ cause, subject }) => `${cause} ${subject?.id ?? ''}`).values()]
      .map((entries) => ({ first: entries[0], sum: entries.reduce((sum, { count }) => sum + count, 0) }))
      .toSorted((a, b) => b.sum - a.sum)
      .slice(0, causesMax)
    return (
      <table className={styles.causes}>
        <caption>{t('charts.errors')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('charts.cause')}</th>
            <th scope="col">{t('charts.where')}</th>
            <th scope="col">{t('charts.times')}</th>
          </tr>
        </thead>
        <tbody>
          {causes.map(({ first, sum }) => (
            <tr key={`${first?.cause} ${first?.subject?.id}`}>
              <th scope="row">
                <code>{first?.cause}</code>
              </th>
              <td>{first?.subject?.name ?? first?.subject?.id ?? '–'}</td>
              <td>{formats.number(sum)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )
  }
  return <Chart title={t('charts.errors')} answered={answered} draw={draw} />
}

type ChartProps<Answer> = {
  readonly title: string
  readonly answered: Answered<Answer>
  draw(answer: Answer): ReactNode
}

function Chart<Answer extends { readonly data: readonly unknown[] }>({ title, answered, draw }: ChartProps<Answer>) {
  const { t } = useTranslation('overview')
  const { data, error, refetch } = answered
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={4} />
  if (data.data.length > 0) return <div>{draw(data)}</div>
  return (
    <div>
      <p className={styles.chartTitle}>{title}</p>
      <p className={styles.quiet}>{t('charts.none')}</p>
    </div>
  )
}
