import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { linkOfId } from '../shell/id-links.ts'
import { Section } from '../ui/page.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import styles from './overview.module.css'
import { RecentRuns } from './recent-runs.tsx'

type Overview = RouteAnswer<'getOverview'>
type App = NonNullable<Overview['apps']>[number]
type Source = NonNullable<Overview['sources']>[number]
type Connection = NonNullable<Overview['connections']>[number]

/** One card for everything that people come through. */
export function Health({ overview: { apps, sources, connections } }: { readonly overview: Overview }) {
  const { t } = useTranslation('overview')
  const groups = [
    { title: t('health.apps'), cards: apps?.map((app) => <AppCard key={app.id} app={app} />) },
    { title: t('health.sources'), cards: sources?.map((source) => <SourceCard key={source.id} source={source} />) },
    {
      title: t('health.connections'),
      cards: connections?.map((each) => <ConnectionCard key={each.id} connection={each} />),
    },
  ]
  return groups.map(({ title, cards = [] }) =>
    cards.length === 0 ? null : (
      <Section key={title} title={title}>
        <ul className={styles.cards}>{cards}</ul>
      </Section>
    ),
  )
}

type CardProps = {
  readonly id: string
  readonly name: string
  readonly state: ReactNode
  readonly facts: readonly (readonly [label: string, value: ReactNode])[]
  readonly children?: ReactNode
}

function Card({ id, name, state, facts, children }: CardProps) {
  const link = linkOfId(useOrganizationSlug(), id)
  return (
    <li className={styles.card}>
      <div className={styles.cardHead}>
        <h3 className={styles.cardName}>{link === undefined ? name : <Link {...link}>{name}</Link>}</h3>
        {state}
      </div>
      <dl className={styles.cardFacts}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {children}
    </li>
  )
}

const healthTones: { readonly [health in App['health']]: Tone } = {
  healthy: 'good',
  degraded: 'warn',
  quarantined: 'bad',
  probing: 'bad',
}

function AppCard({ app }: { readonly app: App }) {
  const { t } = useTranslation('overview')
  const formats = useFormats()
  const { id, name, state, health, lastRun, nextRunAt, ok24h, failed24h, held, escrowed, recentRuns } = app
  const chip =
    state === 'active' ? (
      <StateChip tone={healthTones[health]}>{t(`appHealth.${health}`)}</StateChip>
    ) : (
      <StateChip tone={state === 'paused' ? 'warn' : 'quiet'}>{t(`appState.${state}`)}</StateChip>
    )
  return (
    <Card
      id={id}
      name={name}
      state={chip}
      facts={[
        [t('fact.lastRun'), <Time key="at" at={lastRun?.startedAt} />],
        ...(nextRunAt === null ? [] : [[t('fact.nextTry'), <Time key="at" at={nextRunAt} />] as const]),
        [t('fact.ok24h'), formats.number(ok24h)],
        [t('fact.failed24h'), <Bad key="count" count={failed24h} />],
        [t('fact.held'), <Bad key="count" count={held} />],
        [t('fact.escrowed'), <Bad key="count" count={escrowed} />],
      ]}
    >
      <RecentRuns app={id} runs={recentRuns} />
    </Card>
  )
}

function SourceCard({ source }: { readonly source: Source }) {
  const { t } = useTranslation('overview')
  const formats = useFormats()
  const { id, name, state, lastRun, nextRunAt, ok24h, failed24h, held, bad } = source
  const hasFailed = state === 'active' && lastRun?.state === 'failed'
  const tone = hasFailed ? 'bad' : ({ draft: 'quiet', active: 'good', paused: 'warn' } as const)[state]
  return (
    <Card
      id={id}
      name={name}
      state={<StateChip tone={tone}>{hasFailed ? t('sourceFailed') : t(`sourceState.${state}`)}</StateChip>}
      facts={[
        [t('fact.lastRead'), <Time key="at" at={lastRun?.startedAt} />],
        [t('fact.nextRead'), <Time key="at" at={nextRunAt} />],
        [t('fact.reads24h'), formats.number(ok24h)],
        [t('fact.failed24h'), <Bad key="count" count={failed24h} />],
        [t('fact.held'), <Bad key="count" count={held} />],
        [t('fact.bad'), <Bad key="count" count={bad} />],
      ]}
    />
  )
}

function ConnectionCard({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation('overview')
  const { id, name, state, lastRequestAt, lastErrorAt, failed24h } = connection
  const tone = ({ active: 'good', paused: 'warn', disabled: 'quiet' } as const)[state]
  return (
    <Card
      id={id}
      name={name}
      state={<StateChip tone={tone}>{t(`connectionState.${state}`)}</StateChip>}
      facts={[
        [t('fact.lastRequest'), <Time key="at" at={lastRequestAt} />],
        [t('fact.lastError'), <Time key="at" at={lastErrorAt} />],
        [t('fact.failed24h'), <Bad key="count" count={failed24h} />],
      ]}
    />
  )
}

/** A number that would better be 0. */
function Bad({ count }: { readonly count: number }) {
  const formats = useFormats()
  return <span data-some={count > 0 || undefined}>{formats.number(count)}</span>
}
