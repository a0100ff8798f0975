import type { RouteAnswer } from '@rollcall/admin-api'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { AppStep } from './app-step.tsx'
import styles from './first-run.module.css'
import { OnStep } from './on-step.tsx'
import { PlanStep } from './plan-step.tsx'
import { SourceStep } from './source-step.tsx'

export type Overview = RouteAnswer<'getOverview'>
export type StepName = Overview['firstRun']['steps'][number]['step']

const route = getRouteApi('/$organization/first-run')
/** What providers and apps do is told by no event; here somebody waits for it. */
const refreshMs = 4_000

const bodies: { readonly [step in StepName]: (props: { readonly overview: Overview }) => ReactNode } = {
  source: SourceStep,
  app: AppStep,
  plan: PlanStep,
  on: OnStep,
}

/** From an empty organization to people who reach their first app: each step shows by itself when it is done, and why it is not. */
export function FirstRunPage() {
  const { t } = useTranslation('firstRun')
  const { organization } = route.useParams()
  const formats = useFormats()
  const { data, error, refetch } = useRoute('getOverview', {}, { refetchInterval: refreshMs })
  const source = {
    route: 'getOverview',
    params: { organization },
    cli: `overview show --organization ${organization}`,
  } as const
  if (data === undefined)
    return (
      <Page>
        <PageHeader title={t('title')} source={source} />
        {error === null ? <Skeletons rows={8} /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  const { steps, done } = data.firstRun
  const next = steps.find((step) => !step.done)?.step
  const count = formats.number(steps.filter((step) => step.done).length)
  return (
    <Page>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        mark={
          <StateChip tone={done ? 'good' : 'info'}>
            {t('progress', { done: count, total: formats.number(steps.length) })}
          </StateChip>
        }
        source={{ ...source, json: data.firstRun }}
      />
      {done && (
        <p className={styles.done} role="status">
          {t('allDone')}{' '}
          <Link to="/$organization/overview" params={{ organization }}>
            {t('toOverview')}
          </Link>
        </p>
      )}
      {steps.map(({ step, done: isDone }, index) => (
        <Step
          key={step}
          step={step}
          number={formats.number(index + 1)}
          isDone={isDone}
          isNext={step === next}
          overview={data}
        />
      ))}
    </Page>
  )
}

type StepProps = {
  readonly step: StepName
  readonly number: string
  readonly isDone: boolean
  readonly isNext: boolean
  readonly overview: Overview
}

/** The next one and those that are done are open; what comes later says what it will be. */
function Step({ step, number, isDone, isNext, overview }: StepProps) {
  const { t } = useTranslation('firstRun')
  const Body = bodies[step]
  return (
    <Section
      title={t(`step.${step}`, { number })}
      actions={
        <StateChip tone={isDone ? 'good' : isNext ? 'info' : 'quiet'}>
          {isDone ? t('isDone') : isNext ? t('isNext') : t('isLater')}
        </StateChip>
      }
    >
      <p className={styles.lead}>{t(`text.${step}`)}</p>
      {(isDone || isNext) && <Body overview={overview} />}
    </Section>
  )
}
