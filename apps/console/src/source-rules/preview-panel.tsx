import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { call } from '../api/call.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import type { Source } from '../sources/states.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { DiffTable } from '../ui/diff-table.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import type { Sample } from '../ui/expressions/try-rule.ts'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import styles from './source-rules.module.css'

type PreviewPanelProps = {
  readonly source: Source
  readonly sample: Sample
  readonly isOpen: boolean
  onClose(): void
}

/** What would become of one record by the rules that are saved; nothing is changed. */
export function PreviewPanel({ source, sample, isOpen, onClose }: PreviewPanelProps) {
  const { t } = useTranslation('sourceRules')
  const params = { organization: useOrganizationSlug(), source: source.id }
  const { data, error, isPending } = useQuery({
    queryKey: ['previewSourceRecord', params, sample.id, source.draftRevision, source.liveRevision],
    queryFn: ({ signal }) => {
      // The record came as JSON.
      const body = { attributes: sample.values } as RouteBody<'previewSourceRecord'>
      return call('previewSourceRecord', { params, body }, { signal })
    },
    retry: false,
    enabled: isOpen,
  })
  return (
    <SidePanel title={t('preview.title', { name: sample.name ?? sample.id })} isOpen={isOpen} onClose={onClose}>
      {error !== null && <ErrorBlock error={error} />}
      {isPending && isOpen && <Skeletons />}
      {data !== undefined && <Preview preview={data} />}
    </SidePanel>
  )
}

function Preview({ preview }: { readonly preview: RouteAnswer<'previewSourceRecord'> }) {
  const { t } = useTranslation(['sourceRules', 'sources'])
  const organization = useOrganizationSlug()
  const { situation, operation, reason, personId, name, candidates, changes, attributes, error, revision } = preview
  return (
    <div className={styles.panel}>
      <DefinitionList
        items={[
          {
            term: t('sources:column.operation'),
            value: t(`sources:operation.${operation}`, { defaultValue: operation }),
          },
          {
            term: t('sources:column.situation'),
            value: t(`sources:situation.${situation}`, { defaultValue: situation }),
          },
          ...(reason === null
            ? []
            : [{ term: t('sources:column.why'), value: t(`sources:reason.${reason}`, { defaultValue: reason }) }]),
          {
            term: t('sources:column.person'),
            value:
              personId === null ? (
                t('sources:records.nobody')
              ) : (
                <Link to="/$organization/users/$user" params={{ organization, user: personId }}>
                  {name ?? personId}
                </Link>
              ),
          },
          { term: t('preview.rules'), value: t('sources:overview.revision', { revision }) },
        ]}
      />
      {error !== null && (
        <p className={styles.failed} lang="en">
          {error.attribute} {error.detail}
        </p>
      )}
      {candidates.length > 1 && (
        <ul className={styles.candidates}>
          {candidates.map(({ id, name: called }) => (
            <li key={id}>
              <Link to="/$organization/users/$user" params={{ organization, user: id }}>
                {called ?? id}
              </Link>
            </li>
          ))}
        </ul>
      )}
      {changes.length > 0 && <DiffTable label={t('sources:plan.changes')} rows={changes} />}
      {changes.length === 0 && attributes !== null && (
        <section>
          <h3>{t('preview.person')}</h3>
          <pre className={styles.raw} tabIndex={0}>
            {JSON.stringify(attributes, null, 2)}
          </pre>
        </section>
      )}
    </div>
  )
}
