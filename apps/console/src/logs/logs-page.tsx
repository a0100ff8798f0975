import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useNow } from '../ui/time.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { toLogQuery } from './log-search.ts'
import { Logs } from './logs.tsx'

const route = getRouteApi('/$organization/logs')

/** What was done or tried in all apps. */
export function LogsPage() {
  const { t } = useTranslation('logs')
  const { organization } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const now = useNow()
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        source={{
          route: 'listProvisioningLog',
          params: { organization },
          query: toLogQuery(search, now),
          cli: `app log list --organization ${organization}`,
        }}
      />
      <Logs search={search} onSearch={(next) => void navigate({ search: next, replace: true })} />
    </Page>
  )
}
