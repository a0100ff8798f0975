import { SegmentedControl } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Form } from '../ui/form.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { HistoryTab } from './history-tab.tsx'
import { MappingsTab } from './mappings-tab.tsx'
import { noRules } from './rules.ts'
import { ScopeTab } from './scope-tab.tsx'
import { rulesTabs } from './tabs.ts'
import { useRulesDraft } from './use-rules-draft.ts'
import { useSavePlan } from './use-save-plan.ts'
import { DraftNotice } from './draft-notice.tsx'
import styles from './rules.module.css'

const route = getRouteApi('/$organization/apps/$app/rules')

export type AppView = RouteAnswer<'getApp'>

/** What goes where, who is in scope, and how both came about. What is changed is a draft until its plan is applied. */
export function RulesPage() {
  const { t } = useTranslation('rules')
  const { app: id } = route.useParams()
  const { data: app, error, refetch } = useRoute('getApp', { params: { app: id } })
  if (app === undefined)
    return (
      <Page>
        <PageHeader title={t('title')} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return <AppRules app={app} />
}

function AppRules({ app }: { readonly app: AppView }) {
  const { t } = useTranslation('rules')
  const { organization } = route.useParams()
  const number = app.draftRevision ?? app.liveRevision
  const revision = app.draftRevision === null ? 'live' : 'draft'
  const query = useRoute('getAppRules', { params: { app: app.id }, query: { revision } }, { enabled: number !== null })
  return (
    <Page>
      <PageHeader
        title={t('titleOf', { app: app.name })}
        crumbs={[
          { label: t('apps'), link: { to: '/$organization/apps', params: { organization } } },
          { label: app.name, link: { to: '/$organization/apps/$app', params: { organization, app: app.id } } },
        ]}
        mark={<RulesState app={app} />}
        lead={t('lead')}
        source={{
          route: 'getAppRules',
          params: { organization, app: app.id },
          query: { revision },
          cli: `app rules show --organization ${organization} ${app.id} --revision ${revision}`,
          json: query.data,
        }}
      />
      {query.isError && <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && number !== null && <Skeletons />}
      {(query.data !== undefined || number === null) && (
        <RulesEditor key={query.data?.revision ?? 0} app={app} saved={query.data?.rules ?? noRules} />
      )}
    </Page>
  )
}

function RulesState({ app }: { readonly app: AppView }) {
  const { t } = useTranslation('rules')
  if (app.draftRevision !== null)
    return <StateChip tone="info">{t('state.draft', { revision: app.draftRevision })}</StateChip>
  if (app.liveRevision === null) return <StateChip tone="quiet">{t('state.none')}</StateChip>
  return <StateChip tone="good">{t('state.live', { revision: app.liveRevision })}</StateChip>
}

function RulesEditor({ app, saved }: { readonly app: AppView; readonly saved: typeof noRules }) {
  const { t } = useTranslation('rules')
  const { organization } = route.useParams()
  const { tab = 'mappings', ...search } = route.useSearch()
  const navigate = route.useNavigate()
  const can = useCan()
  const draft = useRulesDraft(saved)
  const save = useSavePlan(app.id)
  const kind = search.kind ?? 'user'
  const isReadOnly = !can('apps:manage')
  return (
    <Form
      draft={draft}
      isPending={save.isPending}
      error={save.error}
      action={t('savePlan')}
      onSave={() => save.run(draft.rules)}
    >
      <DraftNotice
        app={app}
        onPlan={() => save.run(undefined)}
        isPending={save.isPending}
        isDirty={draft.changed.length > 0}
      />
      <Tabs
        label={t('title')}
        tabs={rulesTabs.map((name) => ({
          label: t(`tab.${name}`),
          isActive: name === tab,
          link: {
            to: '/$organization/apps/$app/rules',
            params: { organization, app: app.id },
            // Without it the first tab, which has nothing in its address, would be where one is on all of them.
            activeOptions: { exact: true },
            search: {
              ...(name !== 'mappings' && { tab: name }),
              ...(search.kind !== undefined && { kind: search.kind }),
              ...(search.try !== undefined && { try: search.try }),
            },
          },
        }))}
      />
      {tab !== 'history' && (
        <SegmentedControl
          className={styles.kinds ?? ''}
          aria-label={t('kindLabel')}
          data={[
            { value: 'user', label: t('kind.user') },
            { value: 'team', label: t('kind.team') },
          ]}
          value={kind}
          onChange={(chosen) =>
            void navigate({
              search: (before) => ({
                ...before,
                kind: chosen === 'team' ? ('team' as const) : undefined,
                open: undefined,
              }),
            })
          }
        />
      )}
      {tab === 'mappings' && <MappingsTab key={kind} app={app} draft={draft} kind={kind} isReadOnly={isReadOnly} />}
      {tab === 'scope' && <ScopeTab key={kind} app={app} draft={draft} kind={kind} isReadOnly={isReadOnly} />}
      {tab === 'history' && <HistoryTab app={app} isReadOnly={isReadOnly} />}
    </Form>
  )
}
