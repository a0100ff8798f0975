import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Time } from '../ui/time.tsx'
import { DirectionTabs } from './direction-tabs.tsx'
import { NewEventStreamDialog } from './new-event-stream-dialog.tsx'
import { EventStreamState, nameOfStream, type EventStream } from './states.tsx'

const route = getRouteApi('/$organization/event-streams')
const refreshMs = 15_000

/** Receivers of security event tokens. */
export function EventStreamsPage() {
  const { t } = useTranslation('securityEvents')
  const { organization } = route.useParams()
  const { new: isMaking = false } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan()
  const columns = useStreamColumns()
  const make = (isOpen: boolean): void => void navigate({ search: isOpen ? { new: true } : {} })
  const open = (stream: string): void =>
    void navigate({ to: '/$organization/event-streams/$stream', params: { organization, stream } })
  const makeButton = can('signals:manage') && (
    <Button variant="filled" leftSection={<icons.plus />} onClick={() => make(true)}>
      {t('newStream.action')}
    </Button>
  )
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={makeButton}
        source={{
          route: 'listEventStreams',
          params: { organization },
          cli: `event-stream list --organization ${organization}`,
        }}
      />
      <DirectionTabs active="streams" />
      <DataTable
        name="event-streams"
        label={t('tab.streams')}
        columns={columns}
        pages={usePages('listEventStreams', {}, { refetchInterval: refreshMs })}
        idOf={({ id }) => id}
        onOpen={({ id }) => open(id)}
        empty={
          <EmptyState icon="send" title={t('empty.streams')} actions={makeButton}>
            {t('empty.streamsText')}
          </EmptyState>
        }
      />
      {isMaking && <NewEventStreamDialog onClose={() => make(false)} onMade={({ id }) => open(id)} />}
    </Page>
  )
}

function useStreamColumns(): readonly Column<EventStream>[] {
  const { t } = useTranslation('securityEvents')
  const { organization } = route.useParams()
  const formats = useFormats()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.receiver'),
        width: 'minmax(160px, 1.4fr)',
        cell: (stream) => (
          <Link to="/$organization/event-streams/$stream" params={{ organization, stream: stream.id }} tabIndex={-1}>
            {nameOfStream(stream)}
          </Link>
        ),
        text: nameOfStream,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '140px',
        cell: (stream) => <EventStreamState of={stream} />,
        text: ({ state }) => state,
      },
      {
        id: 'method',
        header: t('column.method'),
        width: '116px',
        cell: ({ method }) => t(`method.${method}`),
        text: ({ method }) => method,
      },
      {
        id: 'waiting',
        header: t('column.waiting'),
        width: '92px',
        isNumeric: true,
        cell: ({ waiting }) => formats.number(waiting),
        text: ({ waiting }) => String(waiting),
      },
      {
        id: 'events',
        header: t('column.events'),
        width: '92px',
        isNumeric: true,
        cell: ({ events }) => formats.number(events.length),
        text: ({ events }) => events.join(' '),
      },
      {
        id: 'delivered',
        header: t('column.lastDelivered'),
        width: '132px',
        cell: ({ lastDeliveredAt }) => <Time at={lastDeliveredAt} />,
        text: ({ lastDeliveredAt }) => lastDeliveredAt ?? '',
      },
      {
        id: 'verified',
        header: t('column.verified'),
        width: '132px',
        cell: ({ verifiedAt }) => <Time at={verifiedAt} />,
        text: ({ verifiedAt }) => verifiedAt ?? '',
      },
    ],
    [t, organization, formats],
  )
}
