import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { useConnectionNames } from '../requests/connection-names.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { Time } from '../ui/time.tsx'
import { HoldState } from './hold-state.tsx'

const route = getRouteApi('/$organization/holds')
const tabs = ['open', 'decided'] as const

/** Mass changes of identity providers that wait, or waited, for a person. */
export function HoldsPage() {
  const { t } = useTranslation('holds')
  const { organization } = route.useParams()
  const { tab = 'open' } = route.useSearch()
  const navigate = route.useNavigate()
  const columns = useHoldColumns()
  const query = tab === 'open' ? ({ state: 'open' } as const) : {}
  const pages = usePages('listHolds', { query })
  // The server has no list of all that are decided.
  const rows = useMemo(
    () => (tab === 'open' ? pages.rows : pages.rows.filter(({ state }) => state !== 'open')),
    [tab, pages.rows],
  )
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        source={{
          route: 'listHolds',
          params: { organization },
          query,
          cli: `hold list --organization ${organization}`,
        }}
      />
      <Tabs
        label={t('title')}
        tabs={tabs.map((name) => ({
          label: t(`tab.${name}`),
          isActive: name === tab,
          link: {
            to: '/$organization/holds',
            params: { organization },
            search: name === 'open' ? {} : { tab: name },
          },
        }))}
      />
      <DataTable
        name="holds"
        label={t('title')}
        columns={columns}
        pages={{ rows, count: undefined, query: pages.query }}
        idOf={({ id }) => id}
        onOpen={({ id }) => void navigate({ to: '/$organization/holds/$hold', params: { organization, hold: id } })}
        empty={
          <EmptyState icon="good" title={t(`empty.${tab}`)}>
            {t('emptyText')}
          </EmptyState>
        }
      />
    </Page>
  )
}

type Hold = EntryOf<'listHolds'>

function useHoldColumns(): readonly Column<Hold>[] {
  const { t } = useTranslation('holds')
  const { organization } = route.useParams()
  const formats = useFormats()
  const nameOf = useConnectionNames()
  return useMemo(
    () => [
      {
        id: 'what',
        header: t('column.what'),
        width: 'minmax(180px, 1.4fr)',
        cell: ({ id, changeCount }) => (
          <Link to="/$organization/holds/$hold" params={{ organization, hold: id }} tabIndex={-1}>
            {t('changes', { count: changeCount, number: formats.number(changeCount) })}
          </Link>
        ),
        text: ({ changeCount }) => String(changeCount),
      },
      {
        id: 'connection',
        header: t('column.connection'),
        cell: ({ connectionId }) => nameOf(connectionId),
        text: ({ connectionId }) => nameOf(connectionId),
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '140px',
        cell: ({ state }) => <HoldState state={state} />,
        text: ({ state }) => state,
      },
      {
        id: 'opened',
        header: t('column.opened'),
        width: '150px',
        cell: ({ openedAt }) => <Time at={openedAt} />,
        text: ({ openedAt }) => openedAt,
      },
      {
        id: 'decided',
        header: t('column.decided'),
        width: '150px',
        cell: ({ decidedAt }) => <Time at={decidedAt} />,
        text: ({ decidedAt }) => decidedAt ?? '',
      },
    ],
    [t, organization, formats, nameOf],
  )
}
