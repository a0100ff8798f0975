import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { RecordDecision } from './record-decision.tsx'
import { RecordSituation } from './record-situation.tsx'
import styles from './sources.module.css'

type RecordPanelProps = { readonly sourceId: string; readonly anchor: string | undefined; onClose(): void }

/** One record: whose it is, what somebody can decide, what is to come, and how it came. */
export function RecordPanel({ sourceId, anchor, onClose }: RecordPanelProps) {
  const { t } = useTranslation('sources')
  const params = { source: sourceId, anchor: anchor ?? '' }
  const { data: record, error, refetch } = useRoute('getSourceRecord', { params }, { enabled: anchor !== undefined })
  return (
    <SidePanel title={anchor ?? t('record')} isOpen={anchor !== undefined} onClose={onClose}>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {record === undefined && error === null && <Skeletons />}
      {record !== undefined && (
        <div className={styles.panel}>
          <RecordFacts record={record} />
          <RecordDecision sourceId={sourceId} record={record} />
          <section>
            <h3>{t('records.raw')}</h3>
            <pre className={styles.raw} tabIndex={0}>
              {JSON.stringify(record.raw, null, 2)}
            </pre>
          </section>
          {record.mapped !== null && record.mapped !== undefined && (
            <section>
              <h3>{t('records.mapped')}</h3>
              <pre className={styles.raw} tabIndex={0}>
                {JSON.stringify(record.mapped, null, 2)}
              </pre>
            </section>
          )}
        </div>
      )}
    </SidePanel>
  )
}

function RecordFacts({ record }: { readonly record: RouteAnswer<'getSourceRecord'> }) {
  const { t } = useTranslation('sources')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  const { personId, errorDetail, absentSince, upcoming } = record
  return (
    <DefinitionList
      items={[
        { term: t('column.situation'), value: <RecordSituation situation={record.situation} /> },
        {
          term: t('column.person'),
          value:
            personId === null ? (
              t('records.nobody')
            ) : (
              <Link to="/$organization/users/$user" params={{ organization, user: personId }}>
                {t('records.person')}
              </Link>
            ),
        },
        { term: t('column.place'), value: record.place ?? '–' },
        ...(errorDetail === null ? [] : [{ term: t('column.wrong'), value: <span lang="en">{errorDetail}</span> }]),
        ...(absentSince === null ? [] : [{ term: t('records.absentSince'), value: <Time at={absentSince} /> }]),
        ...upcoming.map(({ kind, at }) => ({ term: t(`upcoming.${kind}`), value: formats.instant(at) })),
        { term: t('column.updated'), value: <Time at={record.updatedAt} /> },
      ]}
    />
  )
}
