import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { ExportPeople } from './export-people.tsx'
import { ImportPeople } from './import-people.tsx'

/** People out as a file, and in from one. */
export function ImportPage() {
  const { t } = useTranslation('import')
  const can = useCan()
  const organization = useOrganizationSlug()
  const mayImport = can('sources:manage') && can('sources:run')
  const mayExport = can('people:manage')
  return (
    <Page>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        source={{
          route: 'exportPeople',
          params: { organization },
          cli: `person export --organization ${organization}`,
        }}
      />
      {mayImport && (
        <Section title={t('in.title')}>
          <ImportPeople />
        </Section>
      )}
      {mayExport && (
        <Section title={t('out.title')}>
          <ExportPeople />
        </Section>
      )}
      {!mayImport && !mayExport && (
        <EmptyState icon="lock" title={t('nothing')}>
          {t('nothingText')}
        </EmptyState>
      )}
    </Page>
  )
}
