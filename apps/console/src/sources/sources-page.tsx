import { Link, getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages, useRoute, type EntryOf } from '../api/queries.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { Button } from '@mantine/core'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Time } from '../ui/time.tsx'
import { useSchedule } from './schedule.ts'
import { SourceState } from './states.tsx'

const route = getRouteApi('/$organization/sources')

type Entry = EntryOf<'listSources'>

/** Where people come from by themselves, and how fresh each is. */
export function SourcesPage() {
  const { t } = useTranslation('sources')
  const { organization } = route.useParams()
  const navigate = useNavigate()
  const pages = usePages('listSources')
  const columns = useColumns()
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={<NewSource />}
        source={{ route: 'listSources', params: { organization }, cli: `source list --organization ${organization}` }}
      />
      <DataTable
        name="sources"
        label={t('title')}
        columns={columns}
        pages={pages}
        idOf={({ id }) => id}
        onOpen={({ id }) =>
          void navigate({ to: '/$organization/sources/$source', params: { organization, source: id } })
        }
        empty={
          <EmptyState icon="sources" title={t('empty.sources')} actions={<NewSource />}>
            {t('empty.sourcesText')}
          </EmptyState>
        }
      />
    </Page>
  )
}

function NewSource() {
  const { t } = useTranslation('sources')
  const organization = useOrganizationSlug()
  const can = useCan()
  if (!can('sources:manage')) return null
  return (
    <Button
      variant="filled"
      leftSection={<icons.plus size={14} />}
      renderRoot={(props) => <Link {...props} to="/$organization/sources/new" params={{ organization }} />}
    >
      {t('new')}
    </Button>
  )
}

function useColumns(): readonly Column<Entry>[] {
  const { t } = useTranslation('sources')
  const organization = useOrganizationSlug()
  const scheduleOf = useSchedule()
  const { data: overview } = useRoute('getOverview')
  return useMemo(() => {
    const lastReads = new Map((overview?.sources ?? []).map((source) => [source.id, source]))
    return [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(200px, 1.5fr)',
        cell: ({ id, name }) => (
          <Link to="/$organization/sources/$source" params={{ organization, source: id }} tabIndex={-1}>
            {name}
          </Link>
        ),
        text: ({ name }) => name,
      },
      {
        id: 'kind',
        header: t('column.kind'),
        width: '170px',
        cell: ({ place }) => t(`kind.${place.kind}`),
        text: ({ place }) => place.kind,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '120px',
        cell: ({ state }) => <SourceState state={state} />,
        text: ({ state }) => state,
      },
      {
        id: 'last',
        header: t('column.lastRead'),
        width: '150px',
        cell: ({ id }) => <Time at={lastReads.get(id)?.lastRun?.startedAt} />,
      },
      {
        id: 'next',
        header: t('column.nextRead'),
        width: '130px',
        cell: ({ nextReadAt }) => <Time at={nextReadAt} />,
        text: ({ nextReadAt }) => nextReadAt ?? '',
      },
      {
        id: 'schedule',
        header: t('column.schedule'),
        width: '170px',
        cell: ({ settings }) => scheduleOf(settings.schedule),
      },
    ]
  }, [t, organization, scheduleOf, overview])
}
