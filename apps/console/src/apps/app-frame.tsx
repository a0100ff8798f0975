import { getRouteApi, Outlet, useMatches } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { AppActs } from './app-acts.tsx'
import { AppBanner } from './app-banner.tsx'
import { AppState } from './app-state.tsx'
import { appTabs } from './app-tabs.ts'

const route = getRouteApi('/$organization/apps/$app')

/** What stands above every tab of an app. */
export function AppFrame() {
  const { t } = useTranslation('apps')
  const { organization, app: id } = route.useParams()
  const { data: app, error, refetch } = useRoute('getApp', { params: { app: id } })
  const here = useMatches({ select: (matches) => matches.at(-1)?.fullPath.replace(/\/$/, '') })
  const crumbs = [{ label: t('title'), link: { to: '/$organization/apps', params: { organization } } as const }]
  if (app === undefined)
    return (
      <Page>
        <PageHeader title={t('app')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page>
      <PageHeader
        title={app.name}
        crumbs={crumbs}
        mark={<AppState state={app.state} />}
        lead={<code>{app.target.baseUrl}</code>}
        actions={<AppActs app={app} />}
        source={{
          route: 'getApp',
          params: { organization, app: id },
          cli: `app show ${id} --organization ${organization}`,
          json: app,
        }}
      />
      <AppBanner app={app} />
      <Tabs
        label={t('tabs')}
        tabs={appTabs.map(({ name, to }) => ({
          label: t(`tab.${name}`),
          isActive: here === to,
          link: { to, params: { organization, app: id }, activeOptions: { exact: true, includeSearch: false } },
        }))}
      />
      <Outlet />
    </Page>
  )
}
