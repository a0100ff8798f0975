import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { usePolling } from '../api/live.ts'
import { useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { LiveRegion } from '../ui/live-region.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { PlanActs } from './plan-acts.tsx'
import { PlanChanges } from './plan-changes.tsx'
import { PlanMembers } from './plan-members.tsx'
import { PlanSummary } from './plan-summary.tsx'

const route = getRouteApi('/$organization/apps/$app/plans/$plan')

export type Plan = RouteAnswer<'getAppPlan'>

const tones = { planning: 'info', ready: 'info', applied: 'good', discarded: 'quiet', failed: 'bad' } as const

/** What other rules would do, by name, before anything is sent. */
export function PlanPage() {
  const { t } = useTranslation('plans')
  const { organization, app: appId, plan: planId } = route.useParams()
  const { tab } = route.useSearch()
  const params = { app: appId, plan: planId }
  const app = useRoute('getApp', { params: { app: appId } })
  const first = useRoute('getAppPlan', { params })
  const isPlanning = first.data?.state === 'planning'
  const polling = usePolling(isPlanning)
  const { data: plan = first.data } = useRoute('getAppPlan', { params }, { refetchInterval: polling })
  if (plan === undefined)
    return (
      <Page>
        <PageHeader title={t('title')} />
        {first.isError ? <ErrorBlock error={first.error} onRetry={() => void first.refetch()} /> : <Skeletons />}
      </Page>
    )
  const link = {
    to: '/$organization/apps/$app/plans/$plan',
    params: { organization, app: appId, plan: planId },
    activeOptions: { exact: true },
  } as const
  return (
    <Page>
      <PageHeader
        title={t('titleOf', { app: app.data?.name ?? appId })}
        mark={<StateChip tone={tones[plan.state]}>{t(`state.${plan.state}`)}</StateChip>}
        lead={
          plan.reconciliation === null ? t('lead', { revision: plan.revision }) : t(`leadOf.${plan.reconciliation}`)
        }
        actions={<PlanActs plan={plan} app={appId} />}
        crumbs={[
          { label: t('apps'), link: { to: '/$organization/apps', params: { organization } } },
          {
            label: app.data?.name ?? t('app'),
            link: { to: '/$organization/apps/$app', params: { organization, app: appId } },
          },
          {
            label: t('rules'),
            link: { to: '/$organization/apps/$app/rules', params: { organization, app: appId } },
          },
        ]}
        source={{
          route: 'getAppPlan',
          params: link.params,
          cli: `app plan show --organization ${organization} ${appId} ${planId}`,
          json: plan,
        }}
      />
      <LiveRegion text={t(`state.${plan.state}`)} />
      <PlanSummary plan={plan} />
      <Tabs
        label={t('title')}
        tabs={[
          { label: t('tab.changes'), isActive: tab === undefined, link },
          { label: t('tab.members'), isActive: tab === 'members', link: { ...link, search: { tab: 'members' } } },
        ]}
      />
      {tab === 'members' ? <PlanMembers app={appId} plan={plan} /> : <PlanChanges app={appId} plan={plan} />}
    </Page>
  )
}
