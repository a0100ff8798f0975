import { SegmentedControl, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ApplySection } from './apply-section.tsx'
import { ObjectPicker } from './object-picker.tsx'
import { Preview } from './preview.tsx'
import { provisionModes, type ProvisionSearch } from './routes.ts'
import { Why } from './why.tsx'
import styles from './provision.module.css'

const route = getRouteApi('/$organization/provision')

/** One app and up to five people or teams: what would become of them, why, and then for real. */
export function ProvisionPage() {
  // The answers' words too, so that the page does not give way when the first one comes.
  const { t } = useTranslation(['provision', 'engineReasons'])
  const can = useCan()
  const { organization } = route.useParams()
  const { app, objects = [], mode = can('apps:run') ? 'preview' : 'why' } = route.useSearch()
  const navigate = route.useNavigate()
  const change = (next: ProvisionSearch): void =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace: true })
  const isAsked = app !== undefined && objects.length > 0
  return (
    <Page>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        {...(isAsked && {
          source: {
            route: 'getAppWhy',
            params: { organization, app },
            query: { object: objects[0] },
            cli: `app ${mode} ${app} --organization ${organization} --object ${objects[0] ?? ''}`,
          },
        })}
      />
      <Section title={t('question')}>
        <div className={styles.question}>
          <AppSelect value={app} onChange={(next) => change({ app: next })} />
          <ObjectPicker ids={objects} onChange={(next) => change({ objects: next })} />
          {can('apps:run') && (
            <SegmentedControl
              aria-label={t('mode')}
              value={mode}
              onChange={(value) => change({ mode: provisionModes.find((each) => each === value) })}
              data={provisionModes.map((value) => ({ value, label: t(`modes.${value}`) }))}
            />
          )}
        </div>
      </Section>
      {!isAsked && (
        <EmptyState icon="send" title={t('empty.title')}>
          {t('empty.text')}
        </EmptyState>
      )}
      {isAsked &&
        objects.map((object) =>
          mode === 'preview' ? (
            <Preview key={object} app={app} object={object} />
          ) : (
            <Why key={object} app={app} object={object} />
          ),
        )}
      {isAsked && mode === 'preview' && (
        <ApplySection key={`${app} ${objects.join(' ')}`} app={app} objects={objects} />
      )}
    </Page>
  )
}

function AppSelect({
  value,
  onChange,
}: {
  readonly value: string | undefined
  onChange(app: string | undefined): void
}) {
  const { t } = useTranslation('provision')
  const { rows } = usePages('listApps')
  return (
    <Select
      label={t('app')}
      placeholder={t('appPlaceholder')}
      searchable
      data={rows.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
    />
  )
}
