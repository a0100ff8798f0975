import { Button, Menu } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useQueryClient } from '@tanstack/react-query'
import { pollingMs } from '../api/live.ts'
import { useChange, useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Progress } from '../ui/progress.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import { tellFault } from './tell-fault.ts'
import styles from './people.module.css'

const route = getRouteApi('/$organization/apps/$app/people')
const policies = ['report', 'adopt', 'enforce'] as const
const fastMs = 1_000

type Reconciliation = RouteAnswer<'getAppReconciliation'>
type Parts = { readonly app: string; readonly reconciliation: Reconciliation }

/** When accounts were listed last, and the way to list them now: for a report, or for a plan besides. */
export function Reconcile({ app, reconciliation }: Parts) {
  const { t } = useTranslation('appPeople')
  const { run } = route.useSearch()
  const { last, nextAt } = reconciliation
  return (
    <>
      <div className={styles.facts}>
        {last !== null && <TimeInWords text={t('listed')} at={last.endedAt} />}
        {nextAt !== null && <TimeInWords text={t('listedNext')} at={nextAt} />}
        <Acts app={app} isRunning={run !== undefined} />
      </div>
      {run !== undefined && <RunProgress app={app} run={run} />}
      {last !== null && <WaitingPlan app={app} runId={last.runId} />}
      {last === null && run === undefined && (
        <EmptyState icon="users" title={t('empty.accounts')}>
          {t('empty.accountsText')}
        </EmptyState>
      )}
    </>
  )
}

function Acts({ app, isRunning }: { readonly app: string; readonly isRunning: boolean }) {
  const { t } = useTranslation('appPeople')
  const navigate = route.useNavigate()
  const can = useCan()
  const start = useChange('reconcileApp', { stale: ['listRuns', 'listAppPlans'] })
  if (!can('apps:run')) return null
  const begin = (policy: (typeof policies)[number]): void =>
    void start
      .mutateAsync({ params: { app }, body: { policy } })
      .then(({ id }) => navigate({ search: (before) => ({ ...before, run: id }), replace: true }), tellFault)
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button
          leftSection={<icons.retry size={14} />}
          rightSection={<icons.down size={14} />}
          loading={start.isPending}
          disabled={isRunning}
        >
          {t('reconcile')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {policies.map((policy) => (
          <Menu.Item key={policy} onClick={() => begin(policy)}>
            <span>{t(`policy.${policy}`)}</span>
            <br />
            <span className={styles.quiet}>{t(`policyText.${policy}`)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Until it has ended; then the report is new. */
function RunProgress({ app, run: id }: { readonly app: string; readonly run: string }) {
  const { t } = useTranslation('appPeople')
  const navigate = route.useNavigate()
  const client = useQueryClient()
  const { data: run, error } = useRoute('getRun', { params: { run: id } }, { refetchInterval: fastMs })
  const isOver = run?.state === 'done'
  useEffect(() => {
    if (!isOver) return
    for (const name of ['getAppReconciliation', 'listAppAccounts', 'listAppPlans'])
      void client.invalidateQueries({ queryKey: [name] })
    void navigate({ search: (before) => ({ ...before, run: undefined }), replace: true })
  }, [isOver, client, navigate, app])
  if (error !== null) return <ErrorBlock error={error} />
  if (run?.state === 'failed')
    return (
      <p className={styles.facts} role="status">
        <StateChip tone="bad">{t('listingFailed')}</StateChip>
        <span>{run.error}</span>
        <Button
          size="compact-sm"
          onClick={() => void navigate({ search: (before) => ({ ...before, run: undefined }), replace: true })}
        >
          {t('dismiss')}
        </Button>
      </p>
    )
  return <Progress label={t('listing')} done={run?.done ?? 0} total={run?.total ?? undefined} />
}

/** What the last reconciliation would do, as long as nobody has decided. */
function WaitingPlan({ app, runId }: { readonly app: string; readonly runId: string }) {
  const { t } = useTranslation('appPeople')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  const { data } = useRoute('listAppPlans', { params: { app }, query: { limit: 20 } }, { refetchInterval: pollingMs })
  const plan = data?.data.find((each) => each.runId === runId && each.state === 'ready')
  if (plan === undefined || plan.reconciliation === null) return null
  const count = Object.entries(plan.counts).reduce(
    (sum, [name, each]) => (name === 'unsearched' || name.endsWith('Members') ? sum : sum + each),
    0,
  )
  if (count === 0) return null
  return (
    <p className={styles.facts} role="status">
      <StateChip tone="info">{t(`policy.${plan.reconciliation}`)}</StateChip>
      <span>{t('planWaits', { count, number: formats.number(count) })}</span>
      <Link to="/$organization/apps/$app/plans/$plan" params={{ organization, app, plan: plan.id }}>
        {t('toPlan')}
      </Link>
    </p>
  )
}
