import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { Banner } from '../ui/banner.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Figures } from '../ui/figures.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { StreamActs } from './stream-acts.tsx'
import { StreamSettings } from './stream-settings.tsx'
import { StreamState, type LogStream } from './stream-state.tsx'

const route = getRouteApi('/$organization/log-streams/$stream')
const refreshMs = 5_000

/** One stream: how it goes, what it sends where, and its end. */
export function LogStreamPage() {
  const { t } = useTranslation('logStreams')
  const { organization, stream: id } = route.useParams()
  const params = { auditStream: id }
  const { data: stream, error, refetch } = useRoute('getAuditStream', { params }, { refetchInterval: refreshMs })
  const crumbs = [{ label: t('title'), link: { to: '/$organization/log-streams', params: { organization } } as const }]
  if (stream === undefined)
    return (
      <Page>
        <PageHeader title={t('stream')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page>
      <PageHeader
        title={stream.name}
        crumbs={crumbs}
        mark={<StreamState of={stream} />}
        lead={t(`kindHelp.${stream.kind}`)}
        actions={<StreamActs stream={stream} />}
        source={{
          route: 'getAuditStream',
          params: { organization, auditStream: id },
          cli: `audit stream show --organization ${organization} ${id}`,
          json: stream,
        }}
      />
      <Trouble stream={stream} />
      <Health stream={stream} />
      <StreamSettings key={stream.id} stream={stream} />
    </Page>
  )
}

function Trouble({ stream: { health } }: { readonly stream: LogStream }) {
  const { t } = useTranslation('logStreams')
  const formats = useFormats()
  if (health.status !== 'failing') return null
  return (
    <Banner tone="bad" title={t('trouble.title', { count: health.failures, number: formats.number(health.failures) })}>
      {health.lastError !== null && <p lang="en">{health.lastError}</p>}
      <p>{t('trouble.text')}</p>
    </Banner>
  )
}

function Health({ stream: { health, createdAt } }: { readonly stream: LogStream }) {
  const { t } = useTranslation('logStreams')
  const formats = useFormats()
  return (
    <Figures
      figures={[
        { term: t('column.behind'), value: formats.number(health.behind), isNumber: true },
        { term: t('column.delivered'), value: formats.number(health.delivered), isNumber: true },
        { term: t('figure.position'), value: formats.number(health.position), isNumber: true },
        { term: t('column.lastSuccess'), value: <Time at={health.lastSuccessAt} /> },
        { term: t('figure.lastError'), value: <Time at={health.lastErrorAt} /> },
        ...(health.status === 'failing' ? [{ term: t('figure.next'), value: <Time at={health.nextAttemptAt} /> }] : []),
        { term: t('figure.created'), value: <Time at={createdAt} /> },
      ]}
    />
  )
}
