import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { OutboxNote } from '../mails/outbox-note.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { readTyped, type Typed } from './filter.ts'
import { InvitationsTable } from './invitations-table.tsx'
import { usersTabs } from './tabs.ts'
import { UserPanel } from './user-panel.tsx'
import { UsersTable, type Asked } from './users-table.tsx'

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
  const typed = readTyped(q)
  const asked = useLastSound(typed)
  const query = tab === 'invitations' ? {} : { state: states[tab], ...asked }
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
        <>
          <OutboxNote />
          <InvitationsTable />
        </>
      ) : (
        <>
          <FilterBar
            value={q}
            onChange={search}
            placeholder={t('search')}
            error={typed.kind === 'broken' ? t('filter.broken', typed) : undefined}
          />
          <UsersTable
            state={states[tab]}
            words={q}
            asked={asked}
            isDimmed={typed.kind === 'broken'}
            openId={open}
            onOpen={show}
            onClear={() => search('')}
          />
        </>
      )}
      <UserPanel id={open} onClose={() => show(undefined)} />
    </Page>
  )
}

/** What the list is asked for; of a filter with a fault in it, what it was asked for before. */
function useLastSound(typed: Typed): Asked {
  const asked: Asked | undefined =
    typed.kind === 'broken'
      ? undefined
      : typed.kind === 'filter'
        ? { filter: typed.filter }
        : typed.words === ''
          ? {}
          : { search: typed.words }
  const [sound, setSound] = useState<Asked>(asked ?? {})
  if (asked !== undefined && JSON.stringify(asked) !== JSON.stringify(sound)) setSound(asked)
  return asked ?? sound
}
