import { Switch } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../ui/page.tsx'
import { PageHeader, type PageSource } from '../ui/page-header.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { useNow } from '../ui/time.tsx'
import { useLiveRequests } from './live-requests.ts'
import { RequestErrors } from './request-errors.tsx'
import { RequestFilters } from './request-filters.tsx'
import { RequestPanel } from './request-panel.tsx'
import { RequestsTable } from './requests-table.tsx'
import styles from './requests.module.css'
import { periods, requestViews, sinceOf, type RequestsSearch } from './search.ts'

const route = getRouteApi('/$organization/requests')

/** What identity providers sent and what they got. */
export function RequestsPage() {
  const { t } = useTranslation('requests')
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { organization } = route.useParams()
  const { view = 'all', connection, live = false, open } = search
  const change = (next: RequestsSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true })
  const show = (id: string | undefined): void => void navigate({ search: (before) => ({ ...before, open: id }) })
  const query = useRequestQuery(search)
  useLiveRequests(connection, live)
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        actions={
          <Switch
            className={styles.live}
            label={t('live')}
            checked={live}
            onChange={(event) => change({ live: event.currentTarget.checked })}
          />
        }
        source={sourceOf(organization, search)}
      />
      <Tabs
        label={t('views')}
        tabs={requestViews.map((name) => ({
          label: t(`view.${name}`),
          isActive: name === view,
          link: {
            to: '/$organization/requests',
            params: { organization },
            search: { ...search, view: name },
          },
        }))}
      />
      <RequestFilters search={search} onChange={change} />
      {view === 'errors' ? (
        <RequestErrors
          hours={periods[search.period ?? 'day']}
          connection={connection}
          isLive={live}
          onOpen={(id) => show(id)}
        />
      ) : (
        <RequestsTable
          query={query}
          isLive={live}
          openId={open}
          isFiltered={hasFilter(search)}
          onOpen={show}
          onClear={() => void navigate({ search: {} })}
        />
      )}
      <RequestPanel id={open} onClose={() => show(undefined)} />
    </Page>
  )
}

function hasFilter({ connection, status, method, q, period }: RequestsSearch): boolean {
  return [connection, status, method, q, period].some((value) => value !== undefined)
}

/** What is asked of the server. */
function useRequestQuery({ connection, status, method, q, period }: RequestsSearch) {
  const now = useNow()
  return {
    ...(connection !== undefined && { connection }),
    ...(status !== undefined && { status }),
    ...(method !== undefined && { method }),
    ...(q !== undefined && { resource: q }),
    ...(period !== undefined && { since: sinceOf(period, now) }),
  }
}

function sourceOf(organization: string, { view, connection, status, method, q }: RequestsSearch): PageSource {
  if (view === 'errors')
    return {
      route: 'getRequestErrors',
      params: { organization },
      query: { connection },
      cli: `requests errors --organization ${organization}`,
    }
  const filters = Object.entries({ connection, status, method, resource: q }).filter(([, value]) => value !== undefined)
  return {
    route: 'listRequests',
    params: { organization },
    query: Object.fromEntries(filters),
    cli: ['requests list --organization', organization, ...filters.map(([name, value]) => `--${name} ${value}`)].join(
      ' ',
    ),
  }
}
