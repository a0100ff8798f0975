import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { usePages, useRoute } from '../api/queries.ts'
import { DiffTable } from '../ui/diff-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Time } from '../ui/time.tsx'
import { userTabs, type UserTab } from './tabs.ts'
import { UserActs } from './user-acts.tsx'
import { UserFacts } from './user-facts.tsx'
import { UserNotice } from './user-notice.tsx'
import { UserPlaces } from './user-places.tsx'
import { UserRoles } from './user-roles.tsx'
import { UserSignIn } from './user-sign-in.tsx'
import { UserState } from './user-state.tsx'
import { UserKeys, UserRaw, UserSessions, useShownTabs } from './user-access.tsx'
import { nameOf } from './name-of.ts'
import styles from './users.module.css'

const route = getRouteApi('/$organization/users/$user')

/** One person. */
export function UserPage() {
  const { t } = useTranslation('users')
  const { organization, user } = route.useParams()
  const { tab = 'profile' } = route.useSearch()
  const { data: person, error, refetch } = useRoute('getPerson', { params: { person: user } })
  const isShown = useShownTabs()
  const crumbs = [{ label: t('title'), link: { to: '/$organization/users', params: { organization } } as const }]
  if (person === undefined)
    return (
      <Page>
        <PageHeader title={t('user')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page>
      <PageHeader
        title={nameOf(person)}
        crumbs={crumbs}
        mark={<UserState state={person.state} />}
        lead={person.userName}
        actions={<UserActs person={person} />}
        source={{
          route: 'getPerson',
          params: { organization, person: user },
          cli: `person show --organization ${organization} ${user}`,
          json: person,
        }}
      />
      <Tabs
        label={t('user')}
        tabs={userTabs.filter(isShown).map((name) => ({
          label: t(`userTab.${name}`),
          isActive: name === tab,
          link: {
            to: '/$organization/users/$user',
            params: { organization, user },
            search: name === 'profile' ? {} : { tab: name },
          },
        }))}
      />
      <UserNotice person={person} />
      <TabOf tab={tab} person={person} />
    </Page>
  )
}

function TabOf({ tab, person }: { readonly tab: UserTab; readonly person: RouteAnswer<'getPerson'> }) {
  const { t } = useTranslation('users')
  if (tab === 'history') return <History person={person.id} />
  if (tab === 'sessions') return <UserSessions person={person} />
  if (tab === 'keys') return <UserKeys person={person} />
  if (tab === 'raw') return <UserRaw person={person} />
  if (tab === 'signIn') return <UserSignIn person={person} />
  if (tab !== 'profile') return <UserPlaces tab={tab} person={person.id} />
  return (
    <>
      <Section title={t('userTab.profile')}>
        <UserFacts person={person} />
      </Section>
      <UserRoles person={person.id} />
    </>
  )
}

function History({ person }: { readonly person: string }) {
  const { t } = useTranslation('users')
  const { rows, query } = usePages('listPersonHistory', { params: { person } })
  if (query.isPending) return <Skeletons />
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  if (rows.length === 0) return <EmptyState icon="clock" title={t('history.none')} />
  return (
    <ol className={styles.history}>
      {rows.map(({ at, action, by, version, changes }) => (
        <li key={`${version} ${at}`} className={styles.change}>
          <p className={styles.changeHead}>
            <strong>{action}</strong>
            <span>{by}</span>
            <Time at={at} />
          </p>
          {changes.length > 0 && <DiffTable label={action} rows={changes} />}
        </li>
      ))}
    </ol>
  )
}
