import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { HeldTable } from './held-table.tsx'
import { HoldPanel } from './hold-panel.tsx'
import { quarantineTabs, type QuarantineSearch } from './routes.ts'
import { SickApps } from './sick-apps.tsx'
import { Stuck } from './stuck.tsx'

const route = getRouteApi('/$organization/quarantine')

/** What waits for a person: changes that are held, apps in quarantine, and objects that an app does not take. */
export function QuarantinePage() {
  const { t } = useTranslation('quarantine')
  const { organization } = route.useParams()
  const { tab = 'held', app, reason, open } = route.useSearch()
  const navigate = route.useNavigate()
  const change = (next: QuarantineSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true })
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        source={{
          route: 'listAppHolds',
          params: { organization },
          query: { state: 'open' },
          cli: `app-hold list --organization ${organization} --state open`,
        }}
      />
      <Tabs
        label={t('tabs')}
        tabs={quarantineTabs.map((name) => ({
          label: t(`tab.${name}`),
          isActive: name === tab,
          link: {
            to: '/$organization/quarantine',
            params: { organization },
            search: name === 'held' ? {} : { tab: name },
            activeOptions: { exact: true },
          },
        }))}
      />
      {tab === 'held' && <HeldTable openId={open} onOpen={(id) => change({ open: id })} />}
      {tab === 'apps' && <SickApps />}
      {tab === 'stuck' && <Stuck app={app} reason={reason} onChange={change} />}
      <HoldPanel id={open} onClose={() => change({ open: undefined })} />
    </Page>
  )
}
