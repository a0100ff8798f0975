import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { OutboxNote } from '../mails/outbox-note.tsx'
import { TeamPicker } from '../teams/team-picker.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { BulkRun } from './bulk-run.tsx'
import { readTyped, type Typed } from './filter.ts'
import { InvitationsTable } from './invitations-table.tsx'
import { InviteButton } from './invite-dialog.tsx'
import { ExportMenu, SourcePicker } from './people-filters.tsx'
import { usersTabs } from './tabs.ts'
import { UserPanel } from './user-panel.tsx'
import { UsersTable, type Asked } from './users-table.tsx'

const route = getRouteApi('/$organization/users')
const states = { active: 'active', suspended: 'suspended', deleted: 'deprovisioned' } as const

/** Everybody, by state. Which tab, which words and filters, and who is open stand in the address. */
export function UsersPage() {
  const { t } = useTranslation('users')
  const { organization } = route.useParams()
  const { tab = 'active', q = '', source, team, open, act } = route.useSearch()
  const navigate = route.useNavigate()
  const show = (id: string | undefined): void => void navigate({ search: (before) => ({ ...before, open: id }) })
  const follow = (run: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, act: run }), replace: true })
  const typed = readTyped(q)
  const asked = {
    ...useLastSound(typed),
    ...(source !== undefined && { connection: source }),
    ...(team !== undefined && { team }),
  }
  const query = tab === 'invitations' ? {} : { state: states[tab], ...asked }
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        actions={<InviteButton />}
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
      <UsersTabs />
      {act !== undefined && <BulkRun key={act} id={act} onChange={follow} />}
      {tab === 'invitations' ? (
        <>
          <OutboxNote />
          <InvitationsTable onStarted={follow} />
        </>
      ) : (
        <>
          <UserFilters typed={typed} query={query} />
          <UsersTable
            state={states[tab]}
            words={q}
            asked={asked}
            isDimmed={typed.kind === 'broken'}
            openId={open}
            onOpen={show}
            onClear={() => void navigate({ search: ({ tab: kept }) => (kept === undefined ? {} : { tab: kept }) })}
            onStarted={follow}
          />
        </>
      )}
      <UserPanel id={open} onClose={() => show(undefined)} />
    </Page>
  )
}

type UserFiltersProps = { readonly typed: Typed; readonly query: Readonly<Record<string, string | undefined>> }

function UserFilters({ typed, query }: UserFiltersProps) {
  const { t } = useTranslation('users')
  const can = useCan()
  const { q = '', source, team } = route.useSearch()
  const navigate = route.useNavigate()
  const search = (text: string): void =>
    void navigate({ search: (before) => ({ ...before, q: text.trim() }), replace: true })
  const narrow = (change: { readonly source?: string | undefined; readonly team?: string | undefined }): void =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true })
  return (
    <FilterBar
      value={q}
      onChange={search}
      placeholder={t('search')}
      error={typed.kind === 'broken' ? t('filter.broken', typed) : undefined}
    >
      <SourcePicker
        label={t('column.source')}
        placeholder={t('facet.anySource')}
        value={source}
        onChange={(chosen) => narrow({ source: chosen })}
      />
      {can('teams:read') && (
        <TeamPicker
          label={t('facet.team')}
          isLabelHidden
          placeholder={t('facet.anyTeam')}
          value={team}
          onChange={(chosen) => narrow({ team: chosen })}
        />
      )}
      <ExportMenu query={query} />
    </FilterBar>
  )
}

/** Each tab keeps what narrows the list. */
function UsersTabs() {
  const { t } = useTranslation('users')
  const { organization } = route.useParams()
  const { tab = 'active', q, source, team } = route.useSearch()
  const kept = {
    ...(q !== undefined && { q }),
    ...(source !== undefined && { source }),
    ...(team !== undefined && { team }),
  }
  return (
    <Tabs
      label={t('tabs')}
      tabs={usersTabs.map((name) => ({
        label: t(`tab.${name}`),
        isActive: name === tab,
        link: {
          to: '/$organization/users',
          params: { organization },
          search: { ...(name !== 'active' && { tab: name }), ...(name !== 'invitations' && kept) },
        },
      }))}
    />
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
