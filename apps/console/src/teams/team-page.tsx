import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { teamTabs } from './tabs.ts'
import { TeamApps } from './team-apps.tsx'
import { TeamHistory } from './team-history.tsx'
import { TeamMembers } from './team-members.tsx'
import { TeamRule } from './team-rule.tsx'
import { TeamSettings } from './team-settings.tsx'
import { TeamSource } from './team-source.tsx'
import styles from './teams.module.css'

const route = getRouteApi('/$organization/teams/$team')

export type TeamDetails = RouteAnswer<'getTeam'>

/** One team: who is in it and why, its rule, what happened to it. */
export function TeamPage() {
  const { t } = useTranslation('teams')
  const { organization, team: id } = route.useParams()
  const { tab = 'members' } = route.useSearch()
  const { data: team, error, refetch } = useRoute('getTeam', { params: { team: id } })
  const can = useCan()
  const crumbs = [{ label: t('title'), link: { to: '/$organization/teams', params: { organization } } as const }]
  if (team === undefined)
    return (
      <Page>
        <PageHeader title={t('team')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page isFull={tab === 'members'}>
      <PageHeader
        title={team.name}
        crumbs={crumbs}
        mark={<TeamSource team={team} />}
        lead={team.description ?? undefined}
        source={{
          route: 'getTeam',
          params: { organization, team: id },
          cli: `team show --organization ${organization} ${id}`,
          json: team,
        }}
      />
      <Tabs
        label={t('team')}
        tabs={teamTabs
          .filter((name) => name !== 'apps' || can('apps:read'))
          .map((name) => ({
            label: t(`tab.${name}`),
            isActive: name === tab,
            link: {
              to: '/$organization/teams/$team',
              params: { organization, team: id },
              search: name === 'members' ? {} : { tab: name },
            },
          }))}
      />
      {team.sync !== null && team.sync.state !== 'inSync' && (
        <p className={styles.notice} role="status">
          <icons.warning /> {team.sync.message ?? t(`sync.${team.sync.state}`)}
        </p>
      )}
      <TabOf team={team} />
    </Page>
  )
}

function TabOf({ team }: { readonly team: TeamDetails }) {
  const { tab = 'members' } = route.useSearch()
  if (tab === 'rule') return <TeamRule team={team} />
  if (tab === 'apps') return <TeamApps teamId={team.id} people={team.peopleCount} />
  if (tab === 'history') return <TeamHistory teamId={team.id} />
  if (tab === 'settings') return <TeamSettings team={team} />
  return <TeamMembers team={team} />
}
