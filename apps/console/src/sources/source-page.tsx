import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { BadRecords } from './bad-records.tsx'
import { ReadsTable } from './reads-table.tsx'
import { SourceActs } from './source-acts.tsx'
import { SourceOverview } from './source-overview.tsx'
import { SourceRecords } from './source-records.tsx'
import { ScheduleTab } from '../source-setup/schedule-tab.tsx'
import { SettingsTab } from '../source-setup/settings-tab.tsx'
import { MappingTab } from '../source-rules/mapping-tab.tsx'
import { SourceState, type Source } from './states.tsx'
import { sourceTabs, type SourceTab } from './tabs.ts'

const route = getRouteApi('/$organization/sources/$source')

const lists: ReadonlySet<SourceTab> = new Set(['runs', 'records', 'bad'])

/** One source: how fresh it is, what waits for somebody, its reads and its records. */
export function SourcePage() {
  const { t } = useTranslation('sources')
  const { organization, source: id } = route.useParams()
  const { tab = 'overview' } = route.useSearch()
  const { data: source, error, refetch } = useRoute('getSource', { params: { source: id } })
  const crumbs = [{ label: t('title'), link: { to: '/$organization/sources', params: { organization } } as const }]
  if (source === undefined)
    return (
      <Page>
        <PageHeader title={t('source')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page isFull={lists.has(tab)}>
      <PageHeader
        title={source.name}
        crumbs={crumbs}
        mark={<SourceState state={source.state} />}
        lead={t(`kind.${source.place.kind}`)}
        actions={<SourceActs source={source} />}
        source={{
          route: 'getSource',
          params: { organization, source: id },
          cli: `source show --organization ${organization} ${id}`,
          json: source,
        }}
      />
      <Tabs
        label={t('source')}
        tabs={sourceTabs.map((name) => ({
          label: t(`tab.${name}`),
          isActive: name === tab,
          link: {
            to: '/$organization/sources/$source',
            params: { organization, source: id },
            search: name === 'overview' ? {} : { tab: name },
          },
        }))}
      />
      <TabOf source={source} />
    </Page>
  )
}

function TabOf({ source }: { readonly source: Source }) {
  const { tab = 'overview' } = route.useSearch()
  if (tab === 'runs') return <ReadsTable sourceId={source.id} />
  if (tab === 'records') return <SourceRecords sourceId={source.id} />
  if (tab === 'mapping') return <MappingTab source={source} />
  if (tab === 'schedule') return <ScheduleTab key={source.version} source={source} />
  if (tab === 'settings') return <SettingsTab source={source} />
  if (tab === 'bad') return <BadRecords sourceId={source.id} />
  return <SourceOverview source={source} />
}
