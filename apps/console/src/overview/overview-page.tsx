import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Charts } from './charts.tsx'
import { Counts } from './counts.tsx'
import { FirstSteps } from './first-steps.tsx'
import { Health } from './health.tsx'
import { MailBanner } from './mail-banner.tsx'
import { Needs } from './needs.tsx'

const route = getRouteApi('/$organization/overview')
/** What no event tells of, such as requests of identity providers. */
const refreshMs = 60_000

/** How the organization stands and what waits: the first page of administrators. */
export function OverviewPage() {
  const { t } = useTranslation('overview')
  const { organization } = route.useParams()
  const { days = 30 } = route.useSearch()
  const { data, error, refetch } = useRoute('getOverview', {}, { refetchInterval: refreshMs })
  return (
    <Page>
      <PageHeader
        title={t('title')}
        source={{
          route: 'getOverview',
          params: { organization },
          cli: `overview show --organization ${organization}`,
          ...(data !== undefined && { json: data }),
        }}
      />
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {data === undefined ? (
        error === null && <Skeletons rows={10} />
      ) : (
        <>
          <MailBanner overview={data} />
          {!data.firstRun.done && <FirstSteps steps={data.firstRun.steps} />}
          <Needs needs={data.needs.filter(({ code }) => code !== 'mailNotConfigured')} />
          <Counts people={data.people} teams={data.teams} />
          <Health overview={data} />
        </>
      )}
      <Charts days={days} />
    </Page>
  )
}
