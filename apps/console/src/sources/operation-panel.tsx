import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, type EntryOf } from '../api/queries.ts'
import { DefinitionList } from '../ui/definition-list.tsx'
import { DiffTable } from '../ui/diff-table.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import styles from './sources.module.css'

type OperationPanelProps = {
  readonly operation: EntryOf<'listSourceOperations'> | undefined
  readonly sourceId: string
  onClose(): void
}

/** What is done with one person, attribute by attribute. */
export function OperationPanel({ operation, sourceId, onClose }: OperationPanelProps) {
  const { t } = useTranslation('sources')
  const organization = useOrganizationSlug()
  const title = operation === undefined ? t('record') : (operation.name ?? operation.anchor)
  return (
    <SidePanel title={title} isOpen={operation !== undefined} onClose={onClose}>
      {operation !== undefined && (
        <div className={styles.panel}>
          <DefinitionList
            items={[
              { term: t('column.operation'), value: t(`operation.${operation.operation}`) },
              { term: t('column.why'), value: t(`reason.${operation.reason}`, { defaultValue: operation.reason }) },
              { term: t('column.place'), value: operation.place ?? '–' },
              ...(operation.personId === null
                ? []
                : [
                    {
                      term: t('column.person'),
                      value: (
                        <Link to="/$organization/users/$user" params={{ organization, user: operation.personId }}>
                          {operation.name ?? operation.personId}
                        </Link>
                      ),
                    },
                  ]),
              {
                term: t('record'),
                value: (
                  <Link
                    to="/$organization/sources/$source"
                    params={{ organization, source: sourceId }}
                    search={{ tab: 'records', open: operation.anchor }}
                  >
                    {operation.anchor}
                  </Link>
                ),
              },
            ]}
          />
          {operation.error !== null && (
            <p className={styles.failure} lang="en">
              {operation.error.attribute} {operation.error.detail}
            </p>
          )}
          {operation.changes.length > 0 && <DiffTable label={t('plan.changes')} rows={operation.changes} />}
        </div>
      )}
    </SidePanel>
  )
}
