import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useLiveRequests } from '../requests/live-requests.ts'
import { RequestPanel } from '../requests/request-panel.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { ConnectionOverview } from './connection-overview.tsx'
import { ConnectionRequests } from './connection-requests.tsx'
import { ConnectionSettings } from './connection-settings.tsx'
import { ConnectionState } from './connection-state.tsx'
import { PauseButton } from './pause-button.tsx'
import { SetUp } from './set-up.tsx'
import { connectionTabs, type ConnectionTab } from './tabs.ts'
import { Tokens } from './tokens.tsx'

const route = getRouteApi('/$organization/connections/$connection')

/** One connection: how it is, how to set it up, what was sent, with which tokens, by which rules. */
export function ConnectionPage() {
  const { t } = useTranslation('connections')
  const { organization, connection: id } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { tab = 'overview', open } = search
  const can = useCan()
  const { data: connection, error, refetch } = useRoute('getConnection', { params: { connection: id } })
  const { data: health } = useRoute('getConnectionHealth', { params: { connection: id } })
  useLiveRequests(id, true)
  const show = (request: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: request }) })
  const crumbs = [{ label: t('title'), link: { to: '/$organization/connections', params: { organization } } as const }]
  if (connection === undefined)
    return (
      <Page>
        <PageHeader title={t('connection')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  const tabs = connectionTabs.filter((name) => isShown(name, can))
  return (
    <Page>
      <PageHeader
        title={connection.name}
        crumbs={crumbs}
        mark={health !== undefined && <ConnectionState state={connection.state} lastRequestAt={health.lastRequestAt} />}
        actions={<PauseButton connection={connection} />}
        source={{
          route: 'getConnection',
          params: { organization, connection: id },
          cli: `connection show --organization ${organization} ${id}`,
          json: connection,
        }}
      />
      <Tabs
        label={t('connection')}
        tabs={tabs.map((name) => ({
          label: t(`tab.${name}`),
          isActive: name === tab,
          link: {
            to: '/$organization/connections/$connection',
            params: { organization, connection: id },
            search: name === 'overview' ? {} : { tab: name },
          },
        }))}
      />
      <Tab tab={tab} connection={connection} onOpen={show} />
      <RequestPanel id={open} onClose={() => show(undefined)} />
    </Page>
  )
}

function isShown(tab: ConnectionTab, can: ReturnType<typeof useCan>): boolean {
  if (tab === 'requests') return can('log:read')
  return tab !== 'tokens' || can('keys:read')
}

type TabProps = {
  readonly tab: ConnectionTab
  readonly connection: RouteAnswer<'getConnection'>
  onOpen(request: string): void
}

function Tab({ tab, connection, onOpen }: TabProps) {
  switch (tab) {
    case 'setup':
      return <SetUp connection={connection} onOpen={onOpen} />
    case 'requests':
      return <ConnectionRequests id={connection.id} onOpen={onOpen} />
    case 'tokens':
      return <Tokens connection={connection} />
    case 'settings':
      return <ConnectionSettings key={connection.id} connection={connection} />
    default:
      return <ConnectionOverview connection={connection} onOpen={onOpen} />
  }
}
