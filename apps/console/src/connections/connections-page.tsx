import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages, useRoute, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Time } from '../ui/time.tsx'
import { ConnectionState } from './connection-state.tsx'
import { NewConnectionDialog } from './new-connection-dialog.tsx'

const route = getRouteApi('/$organization/connections')

/** Through which identity providers bring people and groups. */
export function ConnectionsPage() {
  const { t } = useTranslation('connections')
  const { organization } = route.useParams()
  const { new: isMaking = false } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan()
  const columns = useConnectionColumns()
  const pages = usePages('listConnections')
  // Sources have pages of their own.
  const rows = useMemo(() => pages.rows.filter(({ type }) => type === 'scim'), [pages.rows])
  const make = (isOpen: boolean): void => void navigate({ search: isOpen ? { new: true } : {} })
  const makeButton = can('connections:manage') && (
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
          route: 'listConnections',
          params: { organization },
          cli: `connection list --organization ${organization}`,
        }}
      />
      <DataTable
        name="connections"
        label={t('title')}
        columns={columns}
        pages={{ rows, count: undefined, query: pages.query }}
        idOf={({ id }) => id}
        onOpen={({ id }) =>
          void navigate({ to: '/$organization/connections/$connection', params: { organization, connection: id } })
        }
        empty={
          <EmptyState icon="connections" title={t('empty')} actions={makeButton}>
            {t('emptyText')}
          </EmptyState>
        }
      />
      <NewConnectionDialog isOpen={isMaking} onClose={() => make(false)} />
    </Page>
  )
}

type Connection = EntryOf<'listConnections'>

function useConnectionColumns(): readonly Column<Connection>[] {
  const { t } = useTranslation('connections')
  const { organization } = route.useParams()
  const formats = useFormats()
  const { data } = useRoute('getOverview')
  return useMemo(() => {
    const figures = new Map(data?.connections?.map((connection) => [connection.id, connection]))
    return [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(160px, 1.4fr)',
        cell: ({ id, name }) => (
          <Link to="/$organization/connections/$connection" params={{ organization, connection: id }} tabIndex={-1}>
            {name}
          </Link>
        ),
        text: ({ name }) => name,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '150px',
        cell: ({ id, state }) => (
          <ConnectionState state={state} lastRequestAt={figures.get(id)?.lastRequestAt ?? null} />
        ),
        text: ({ state }) => state,
      },
      {
        id: 'profile',
        header: t('column.profile'),
        width: '130px',
        cell: ({ profile }) => t(`profile.${profile}`),
        text: ({ profile }) => profile,
      },
      {
        id: 'lastRequest',
        header: t('column.lastRequest'),
        width: '150px',
        cell: ({ id }) => <Time at={figures.get(id)?.lastRequestAt} />,
        text: ({ id }) => figures.get(id)?.lastRequestAt ?? '',
      },
      {
        id: 'failed',
        header: t('column.failed'),
        width: '130px',
        isNumeric: true,
        cell: ({ id }) => formats.number(figures.get(id)?.failed24h ?? 0),
        text: ({ id }) => String(figures.get(id)?.failed24h ?? 0),
      },
      {
        id: 'created',
        header: t('column.created'),
        width: '150px',
        isExtra: true,
        cell: ({ createdAt }) => <Time at={createdAt} />,
        text: ({ createdAt }) => createdAt,
      },
    ]
  }, [t, organization, formats, data])
}
