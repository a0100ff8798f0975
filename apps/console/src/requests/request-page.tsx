import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { RequestStatus } from './request-status.tsx'
import { RequestView } from './request-view.tsx'
import { readable } from './requests-table.tsx'

const route = getRouteApi('/$organization/requests/$request')

/** One request. */
export function RequestPage() {
  const { t } = useTranslation('requests')
  const { organization, request: id } = route.useParams()
  const { data: request, error, refetch } = useRoute('getRequest', { params: { request: id } })
  const crumbs = [{ label: t('title'), link: { to: '/$organization/requests', params: { organization } } as const }]
  if (request === undefined)
    return (
      <Page>
        <PageHeader title={t('request')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page>
      <PageHeader
        title={`${request.method} ${readable(request.path)}`}
        crumbs={crumbs}
        mark={<RequestStatus status={request.status} />}
        source={{
          route: 'getRequest',
          params: { organization, request: id },
          cli: `requests show --organization ${organization} ${id}`,
          json: request,
        }}
      />
      <RequestView request={request} />
    </Page>
  )
}
