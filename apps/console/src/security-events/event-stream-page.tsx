import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { Banner } from '../ui/banner.tsx'
import { CopyBox, CopyBoxes } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Figures } from '../ui/figures.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { EventStreamActs } from './event-stream-acts.tsx'
import { EventStreamSettings } from './event-stream-settings.tsx'
import { EventStreamState, nameOfStream, type EventStream } from './states.tsx'

const route = getRouteApi('/$organization/event-streams/$stream')
const refreshMs = 5_000

/** One receiver: how it goes, what it must know of us, its settings. */
export function EventStreamPage() {
  const { t } = useTranslation('securityEvents')
  const { organization, stream: id } = route.useParams()
  const params = { eventStream: id }
  const { data: stream, error, refetch } = useRoute('getEventStream', { params }, { refetchInterval: refreshMs })
  const crumbs = [
    { label: t('title'), link: { to: '/$organization/event-streams', params: { organization } } as const },
  ]
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
        title={nameOfStream(stream)}
        crumbs={crumbs}
        mark={<EventStreamState of={stream} />}
        actions={<EventStreamActs stream={stream} />}
        source={{
          route: 'getEventStream',
          params: { organization, eventStream: id },
          cli: `event-stream show --organization ${organization} ${id}`,
          json: stream,
        }}
      />
      <Trouble stream={stream} />
      <Health stream={stream} />
      <Section title={t('part.receiver')}>
        <Place stream={stream} />
      </Section>
      <EventStreamSettings key={stream.id} stream={stream} />
    </Page>
  )
}

function Trouble({
  stream: { state, failingSince, failures, lastError, stateReason },
}: {
  readonly stream: EventStream
}) {
  const { t } = useTranslation('securityEvents')
  const formats = useFormats()
  if (state !== 'enabled')
    return (
      <Banner tone="warn" icon="pause" title={t(`banner.${state}`)}>
        <p>{t(`banner.${state}Text`)}</p>
        {stateReason !== null && <p>{stateReason}</p>}
      </Banner>
    )
  if (failingSince === null) return null
  return (
    <Banner tone="warn" title={t('banner.failing', { count: failures, number: formats.number(failures) })}>
      {lastError !== null && <p lang="en">{lastError}</p>}
      <p>{t('banner.failingText', { time: formats.instant(failingSince) })}</p>
    </Banner>
  )
}

function Health({ stream }: { readonly stream: EventStream }) {
  const { t } = useTranslation('securityEvents')
  const formats = useFormats()
  return (
    <Figures
      figures={[
        { term: t('column.waiting'), value: formats.number(stream.waiting), isNumber: true },
        { term: t('column.method'), value: t(`method.${stream.method}`) },
        { term: t('column.lastDelivered'), value: <Time at={stream.lastDeliveredAt} /> },
        { term: t('column.verified'), value: <Time at={stream.verifiedAt} /> },
        { term: t('column.created'), value: <Time at={stream.createdAt} /> },
      ]}
    />
  )
}

/** What is typed into the receiver. */
function Place({ stream }: { readonly stream: EventStream }) {
  const { t } = useTranslation('securityEvents')
  const isPolled = stream.method === 'poll'
  return (
    <DefinitionList
      items={[
        { term: t('fact.issuer'), value: <CopyBox value={stream.issuer} /> },
        { term: t('fact.audience'), value: <CopyBoxes values={stream.audience} /> },
        ...(isPolled ? [{ term: t('fact.pollUrl'), value: <CopyBox value={stream.endpointUrl} /> }] : []),
        { term: t('fact.streamId'), value: <CopyBox value={stream.id} /> },
      ]}
    />
  )
}
