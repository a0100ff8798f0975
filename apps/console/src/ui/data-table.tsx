import { Button } from '@mantine/core'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pages } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { download, toCsv } from './csv.ts'
import styles from './data-table.module.css'
import { ErrorBlock } from './error-block.tsx'
import { LiveRegion } from './live-region.tsx'
import { TableBody } from './table-body.tsx'
import { arrange, rowHeights, useTablePreferences } from './table-preferences.ts'
import { TableTools } from './table-tools.tsx'

export type Column<Row> = {
  readonly id: string
  readonly header: string
  /** A track of CSS grid; `minmax(120px, 1fr)` when left out. */
  readonly width?: string
  readonly isNumeric?: boolean
  /** Hidden until somebody asks for it. */
  readonly isExtra?: boolean
  cell(row: Row): ReactNode
  /** The same as text, for the CSV. Columns without it are not in it. */
  text?(row: Row): string
}

export type DataTableProps<Row> = {
  /** Names the table where preferences are kept, and the CSV. */
  readonly name: string
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly pages: Pages<Row>
  idOf(row: Row): string
  /** Enter, or a click anywhere on the row but on something that does something else. */
  onOpen?(row: Row): void
  /** The row that is open beside the table. */
  readonly openId?: string | undefined
  readonly selection?: {
    readonly ids: ReadonlySet<string>
    change(ids: ReadonlySet<string>): void
    /** How many are meant, where that is more than the rows that are loaded. */
    readonly count?: number
  }
  /** What was asked for cannot be shown, so what is here is of before. */
  readonly isDimmed?: boolean
  /** Offered where the count is an estimate. */
  onCountExactly?(): void
  /** Stands beside the count: what can be done with the selected. */
  readonly tools?: ReactNode
  /** When there is nothing: the first of these two when a filter may be the reason. */
  readonly emptyFiltered?: ReactNode
  readonly empty: ReactNode
}

/** The one table: keyset pages in a virtual list, row = open, box = select, keys ↑ ↓ Space Enter. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { name, label, columns, pages, selection } = props
  const { t } = useTranslation()
  const formats = useFormats()
  const extras = columns.filter(({ isExtra }) => isExtra === true).map(({ id }) => id)
  const [preferences, setPreferences] = useTablePreferences(name, extras)
  const shown = useMemo(() => arrange(columns, preferences), [columns, preferences])
  const tracks = [
    ...(selection === undefined ? [] : ['36px']),
    ...shown.map(({ width }) => width ?? 'minmax(120px, 1fr)'),
  ].join(' ')
  const { rows, query } = pages
  const isStale = props.isDimmed === true || query.isPlaceholderData || (query.isError && rows.length > 0)
  const counted = useCounted(pages)
  const selected = selection?.count ?? selection?.ids.size ?? 0
  const isKnown = !query.isPending && (!query.isError || rows.length > 0)
  const saveCsv = (): void => {
    const written = shown.filter(({ text }) => text !== undefined)
    download(
      `${name}.csv`,
      toCsv(
        written.map(({ header }) => header),
        rows.map((row) => written.map(({ text }) => text?.(row) ?? '')),
      ),
    )
  }
  return (
    <section className={styles.frame} aria-label={label}>
      <div className={styles.tools}>
        <span className={styles.count}>{isKnown ? counted : ''}</span>
        {pages.count?.exact === false && props.onCountExactly !== undefined && (
          <Button variant="subtle" size="compact-xs" onClick={() => props.onCountExactly?.()}>
            {t('table.countExactly')}
          </Button>
        )}
        {selected > 0 && (
          <span className={styles.selected}>
            {t('table.selected', { count: selected, number: formats.number(selected) })}
          </span>
        )}
        {props.tools}
        <TableTools columns={columns} preferences={preferences} onChange={setPreferences} onCsv={saveCsv} />
      </div>
      {query.isError && (
        <div className={styles.notice}>
          <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
        </div>
      )}
      <TableBody
        {...props}
        shown={shown}
        tracks={tracks}
        rowHeight={rowHeights[preferences.density]}
        isStale={isStale}
      />
      <LiveRegion text={isKnown ? counted : ''} />
    </section>
  )
}

/** How many there are, as far as anybody knows. */
function useCounted({ rows, count, query }: Pages<unknown>): string {
  const { t } = useTranslation()
  const formats = useFormats()
  const value = count?.value ?? rows.length
  const words = { count: value, number: formats.number(value) }
  if (count?.exact === false) return t('table.countAbout', words)
  return t(count === undefined && query.hasNextPage ? 'table.countMore' : 'table.count', words)
}
