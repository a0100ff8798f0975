import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useSavePlan } from '../app-rules/use-save-plan.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import type { Overview } from './first-run-page.tsx'
import styles from './first-run.module.css'

type App = NonNullable<Overview['apps']>[number]
const refreshMs = 3_000

/** What would happen in each app, before anything does. */
export function PlanStep({ overview: { apps } }: { readonly overview: Overview }) {
  return (
    <ul className={styles.list}>
      {apps?.map((app) => (
        <AppPlan key={app.id} app={app} />
      ))}
    </ul>
  )
}

const tones: { readonly [state in 'planning' | 'ready' | 'applied' | 'discarded' | 'failed']: Tone } = {
  planning: 'info',
  ready: 'good',
  applied: 'good',
  discarded: 'quiet',
  failed: 'bad',
}

function AppPlan({ app: { id, name } }: { readonly app: App }) {
  const { t } = useTranslation('firstRun')
  const organization = useOrganizationSlug()
  const can = useCan()
  const params = { organization, app: id }
  const { data: app } = useRoute('getApp', { params: { app: id } })
  const values = { params: { app: id }, query: { limit: 1 } }
  const { data: plans, error, refetch } = useRoute('listAppPlans', values, { refetchInterval: refreshMs })
  const plan = plans?.data[0]
  const make = useSavePlan(id)
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  const hasRules = app !== undefined && (app.draftRevision !== null || app.liveRevision !== null)
  return (
    <li className={styles.row}>
      <Link to="/$organization/apps/$app" params={params} className={styles.grow}>
        {name}
      </Link>
      {plan !== undefined && (
        <>
          <StateChip tone={tones[plan.state]}>{t(`planState.${plan.state}`)}</StateChip>
          {plan.state === 'ready' && !plan.hasChanges && (
            <span className={styles.grow}>
              {t('nobody')}{' '}
              <Link to="/$organization/apps/$app/rules" params={params} search={{ tab: 'scope' }}>
                {t('chooseScope')}
              </Link>
            </span>
          )}
          {plan.state === 'failed' && <PlanFailure run={plan.runId} />}
          <Link to="/$organization/apps/$app/plans/$plan" params={{ ...params, plan: plan.id }}>
            {t('showPlan')}
          </Link>
        </>
      )}
      {can('apps:manage') && hasRules && (
        <Button size="xs" loading={make.isPending} onClick={() => make.run(undefined)}>
          {plan === undefined ? t('makePlan') : t('planAgain')}
        </Button>
      )}
      <Link to="/$organization/apps/$app/rules" params={params}>
        {t('rules')}
      </Link>
      {make.error !== null && <ErrorBlock error={make.error} />}
    </li>
  )
}

function PlanFailure({ run }: { readonly run: string }) {
  const { data } = useRoute('getRun', { params: { run } })
  return (
    <span className={styles.grow} lang="en">
      {data?.error}
    </span>
  )
}
