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
import { NewStreamDialog } from './new-stream-dialog.tsx'
import { StreamState, type LogStream } from './stream-state.tsx'

const route = getRouteApi('/$organization/log-streams')
const refreshMs = 15_000

/** Where the audit log is sent, and how that goes. */
export function LogStreamsPage() {
  const { t } = useTranslation('logStreams')
  const { organization } = route.useParams()
  const { new: isMaking = false } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan()
  const columns = useStreamColumns()
  const make = (isOpen: boolean): void => void navigate({ search: isOpen ? { new: true } : {} })
  const open = (stream: string): void =>
    void navigate({ to: '/$organization/log-streams/$stream', params: { organization, stream } })
  const makeButton = can('audit:manage') && (
    <Button variant="filled" leftSection={<icons.plus />} onClick={() => make(true)}>
      {t('new.action')}
    </Button>
  )
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={makeButton}
        source={{
          route: 'listAuditStreams',
          params: { organization },
          cli: `audit stream list --organization ${organization}`,
        }}
      />
      <DataTable
        name="log-streams"
        label={t('title')}
        columns={columns}
        pages={usePages('listAuditStreams', {}, { refetchInterval: refreshMs })}
        idOf={({ id }) => id}
        onOpen={({ id }) => open(id)}
        empty={
          <EmptyState icon="streams" title={t('empty.title')} actions={makeButton}>
            {t('empty.text')}
          </EmptyState>
        }
      />
      {isMaking && <NewStreamDialog onClose={() => make(false)} onMade={({ id }) => open(id)} />}
    </Page>
  )
}

function useStreamColumns(): readonly Column<LogStream>[] {
  const { t } = useTranslation('logStreams')
  const { organization } = route.useParams()
  const formats = useFormats()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(150px, 1.2fr)',
        cell: ({ id, name }) => (
          <Link to="/$organization/log-streams/$stream" params={{ organization, stream: id }} tabIndex={-1}>
            {name}
          </Link>
        ),
        text: ({ name }) => name,
      },
      {
        id: 'kind',
        header: t('column.kind'),
        width: '112px',
        cell: ({ kind }) => t(`kind.${kind}`),
        text: ({ kind }) => kind,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '136px',
        cell: (stream) => <StreamState of={stream} />,
        text: ({ health }) => health.status,
      },
      {
        id: 'behind',
        header: t('column.behind'),
        width: '88px',
        isNumeric: true,
        cell: ({ health }) => formats.number(health.behind),
        text: ({ health }) => String(health.behind),
      },
      {
        id: 'delivered',
        header: t('column.delivered'),
        width: '104px',
        isNumeric: true,
        cell: ({ health }) => formats.number(health.delivered),
        text: ({ health }) => String(health.delivered),
      },
      {
        id: 'last',
        header: t('column.lastSuccess'),
        width: '128px',
        cell: ({ health }) => <Time at={health.lastSuccessAt} />,
        text: ({ health }) => health.lastSuccessAt ?? '',
      },
      ...contentColumns(t),
    ],
    [t, organization, formats],
  )
}

function contentColumns(t: (key: string) => string): readonly Column<LogStream>[] {
  return [
    {
      id: 'format',
      header: t('column.format'),
      width: '104px',
      cell: ({ format }) => t(`format.${format}`),
      text: ({ format }) => format,
    },
    {
      id: 'query',
      header: t('column.query'),
      width: 'minmax(120px, 1fr)',
      cell: ({ query }) => (query === '' ? t('allEvents') : <code>{query}</code>),
      text: ({ query }) => query,
    },
  ]
}
