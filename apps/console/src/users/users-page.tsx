import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { FilterBar } from '../ui/filter-bar.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { InvitationsTable } from './invitations-table.tsx'
import { usersTabs } from './tabs.ts'
import { UserPanel } from './user-panel.tsx'
import { UsersTable } from './users-table.tsx'

const route = getRouteApi('/$organization/users')
const states = { active: 'active', suspended: 'suspended', deleted: 'deprovisioned' } as const

/** Everybody, by state. Which tab, which words and who is open stand in the address. */
export function UsersPage() {
  const { t } = useTranslation('users')
  const { organization } = route.useParams()
  const { tab = 'active', q = '', open } = route.useSearch()
  const navigate = route.useNavigate()
  const search = (text: string): void =>
    void navigate({ search: (before) => ({ ...before, q: text.trim() }), replace: true })
  const show = (id: string | undefined): void => void navigate({ search: (before) => ({ ...before, open: id }) })
  const query = tab === 'invitations' ? {} : { state: states[tab], ...(q !== '' && { search: q }) }
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        source={{
          route: tab === 'invitations' ? 'listInvitations' : 'listPeople',
          params: { organization },
          query,
          cli:
            tab === 'invitations'
              ? `invitation list --organization ${organization}`
              : `person list --organization ${organization} --state ${states[tab]}`,
        }}
      />
      <Tabs
        label={t('tabs')}
        tabs={usersTabs.map((name) => ({
          label: t(`tab.${name}`),
          isActive: name === tab,
          link: {
            to: '/$organization/users',
            params: { organization },
            search: { ...(name !== 'active' && { tab: name }), ...(q !== '' && name !== 'invitations' && { q }) },
          },
        }))}
      />
      {tab === 'invitations' ? (
        <InvitationsTable />
      ) : (
        <>
          <FilterBar value={q} onChange={search} placeholder={t('search')} />
          <UsersTable state={states[tab]} words={q} openId={open} onOpen={show} onClear={() => search('')} />
        </>
      )}
      <UserPanel id={open} onClose={() => show(undefined)} />
    </Page>
  )
}
