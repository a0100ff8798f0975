import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { CodeBlock } from '../ui/code-block.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { FilterBar } from '../ui/filter-bar.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { useEventTypes, type EventType } from './use-event-types.ts'
import { useTypeWords } from './use-type-words.ts'
import styles from './webhooks.module.css'

type EventCatalogProps = {
  readonly words: string
  readonly openType: string | undefined
  onWords(words: string): void
  onOpen(type: string | undefined): void
}

/** Every type of event: what it tells of, how it looks, by which schema. */
export function EventCatalog({ words, openType, onWords, onOpen }: EventCatalogProps) {
  const { t } = useTranslation('webhooks')
  const pages = useEventTypes()
  const columns = useTypeColumns()
  const wanted = words.toLowerCase()
  const typeWords = useTypeWords()
  const rows = pages.rows.filter((each) => `${each.type} ${typeWords(each)}`.toLowerCase().includes(wanted))
  const isWhole = !pages.query.isPending && !pages.query.hasNextPage
  return (
    <>
      <FilterBar value={words} onChange={onWords} placeholder={t('catalog.search')} />
      <DataTable
        name="event-types"
        label={t('tab.catalog')}
        columns={columns}
        pages={{ rows, count: isWhole ? { value: rows.length, exact: true } : undefined, query: pages.query }}
        idOf={({ type }) => type}
        openId={openType}
        onOpen={({ type }) => onOpen(type)}
        {...(words !== '' && {
          emptyFiltered: (
            <NothingFound title={t('catalog.none')} clear={t('catalog.clear')} onClear={() => onWords('')} />
          ),
        })}
        empty={<EmptyState icon="webhooks" title={t('catalog.none')} />}
      />
      <TypePanel
        type={pages.rows.find(({ type }) => type === openType)}
        isOpen={openType !== undefined}
        onClose={() => onOpen(undefined)}
      />
    </>
  )
}

function useTypeColumns(): readonly Column<EventType>[] {
  const { t } = useTranslation('webhooks')
  const formats = useFormats()
  const typeWords = useTypeWords()
  return useMemo(
    () => [
      {
        id: 'type',
        header: t('column.type'),
        width: 'minmax(220px, 1fr)',
        cell: ({ type }) => <code className={styles.code}>{type}</code>,
        text: ({ type }) => type,
      },
      {
        id: 'summary',
        header: t('column.summary'),
        width: 'minmax(240px, 2fr)',
        cell: typeWords,
        text: typeWords,
      },
      {
        id: 'version',
        header: t('column.version'),
        width: '90px',
        isNumeric: true,
        cell: ({ version }) => formats.number(version),
        text: ({ version }) => String(version),
      },
    ],
    [t, formats, typeWords],
  )
}

type TypePanelProps = { readonly type: EventType | undefined; readonly isOpen: boolean; onClose(): void }

function TypePanel({ type, isOpen, onClose }: TypePanelProps) {
  const { t } = useTranslation('webhooks')
  const typeWords = useTypeWords()
  const formats = useFormats()
  return (
    <SidePanel title={type?.type ?? t('column.type')} isOpen={isOpen && type !== undefined} onClose={onClose}>
      {type !== undefined && (
        <div className={styles.panel}>
          <p>{typeWords(type)}</p>
          <DefinitionList items={[{ term: t('column.version'), value: formats.number(type.version) }]} />
          <CodeBlock label={t('catalog.example')} text={JSON.stringify(type.example, null, 2)} />
          <CodeBlock label={t('catalog.schema')} text={JSON.stringify(type.schema, null, 2)} />
        </div>
      )}
    </SidePanel>
  )
}
