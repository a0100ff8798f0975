import type { RouteAnswer } from '@rollcall/admin-api'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { OwnKeys } from './own-keys.tsx'
import { OwnSessions } from './own-sessions.tsx'
import { Profile } from './profile.tsx'
import { Security } from './security.tsx'
import { meTabs, type MeTab } from './tabs.ts'

const route = getRouteApi('/$organization/me')

/** What is one's own: profile, ways to sign in, sessions, keys. */
export function MePage() {
  const { t } = useTranslation('me')
  const { organization } = route.useParams()
  const { tab = 'profile' } = route.useSearch()
  const { data: account, error, refetch } = useRoute('getOwnAccount')
  return (
    <Page>
      <PageHeader title={t('title')} lead={account === undefined ? undefined : leadOf(account)} />
      <Tabs
        label={t('title')}
        tabs={meTabs.map((name) => ({
          label: t(`tab.${name}`),
          isActive: name === tab,
          link: {
            to: '/$organization/me',
            params: { organization },
            search: name === 'profile' ? {} : { tab: name },
          },
        }))}
      />
      {account === undefined ? (
        error === null ? (
          <Skeletons />
        ) : (
          <ErrorBlock error={error} onRetry={() => void refetch()} />
        )
      ) : (
        <TabOf tab={tab} account={account} />
      )}
    </Page>
  )
}

function leadOf({ displayName, userName }: RouteAnswer<'getOwnAccount'>): string {
  return displayName === null || displayName === userName ? userName : `${displayName} · ${userName}`
}

function TabOf({ tab, account }: { readonly tab: MeTab; readonly account: RouteAnswer<'getOwnAccount'> }) {
  switch (tab) {
    case 'profile':
      return <Profile account={account} />
    case 'security':
      return <Security account={account} />
    case 'sessions':
      return <OwnSessions />
    case 'keys':
      return <OwnKeys />
    default:
      return tab satisfies never
  }
}
