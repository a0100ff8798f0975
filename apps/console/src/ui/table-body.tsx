import { ActionIcon, Checkbox } from '@mantine/core'
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState, type CSSProperties, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pages } from '../api/queries.ts'
import styles from './data-table.module.css'
import type { Column, DataTableProps } from './data-table.tsx'
import { icons } from './icons.tsx'
import { Skeletons } from './skeletons.tsx'
import { useTableEdges } from './table-edges.ts'
import { TableRow } from './table-row.tsx'

const overscan = 12
const nextPageRows = 30
/** Of the line of heads. */
const headHeight = 32
/** How far one goes sideways at once. */
const shareOfWidth = 0.7

export type TableBodyProps<Row> = DataTableProps<Row> & {
  readonly shown: readonly Column<Row>[]
  readonly tracks: string
  readonly rowHeight: number
  readonly isStale: boolean
}

/** The rows that are in sight, and some around them; asks for the next page before its end is reached. */
export function TableBody<Row>(props: TableBodyProps<Row>) {
  const { pages, tracks, rowHeight, selection, label } = props
  const { rows, query, count } = pages
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan,
  })
  const items = virtualizer.getVirtualItems()
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight])
  useNextPage(pages, items.at(-1)?.index ?? 0)
  const edges = useTableEdges(scroller, rows.length > 0)

  if (query.isPending) return <Skeletons rows={12} />
  if (rows.length === 0)
    return query.isError ? null : <div className={styles.none}>{props.emptyFiltered ?? props.empty}</div>
  const move = createMove({ last: rows.length - 1, setActive, virtualizer, scroller })
  // Own properties are not in the type of a style.
  const style = {
    '--tracks': tracks,
    '--row': `${rowHeight}px`,
    '--whole': `${headHeight + virtualizer.getTotalSize() + edges.bar}px`,
  } as CSSProperties
  return (
    <div className={styles.hold} data-more={edges.hasMore || undefined} style={style}>
      {edges.hasMore && <MoreRight scroller={scroller} />}
      <div className={styles.scroller} ref={scroller} data-stale={props.isStale || undefined}>
        <div
          role="grid"
          className={styles.grid}
          aria-label={label}
          aria-rowcount={count === undefined && query.hasNextPage ? -1 : (count?.value ?? rows.length) + 1}
          aria-multiselectable={selection !== undefined || undefined}
          aria-busy={query.isFetching}
        >
          <TableHead {...props} />
          <div role="rowgroup" className={styles.body} style={{ height: virtualizer.getTotalSize() }}>
            {items.map(({ index, start }) => {
              const row = rows[index]
              if (row === undefined) return null
              const isActive = index === Math.min(active, rows.length - 1)
              const place = { index, start, last: rows.length - 1, isActive, move, onFocus: () => setActive(index) }
              return <TableRow key={props.idOf(row)} table={props} row={row} {...place} />
            })}
          </div>
        </div>
        {query.isFetchingNextPage && <div className={styles.loadingMore} />}
      </div>
    </div>
  )
}

/** For whoever has no wheel that goes sideways; keys and fingers scroll by themselves. */
function MoreRight({ scroller }: { readonly scroller: RefObject<HTMLDivElement | null> }) {
  const { t } = useTranslation()
  const move = (): void => {
    const element = scroller.current
    element?.scrollBy({ left: element.clientWidth * shareOfWidth, behavior: 'smooth' })
  }
  return (
    <ActionIcon className={styles.more} size={24} tabIndex={-1} aria-label={t('table.moreRight')} onClick={move}>
      <icons.right size={14} />
    </ActionIcon>
  )
}

function useNextPage<Row>({ rows, query }: Pages<Row>, lastShown: number): void {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query
  useEffect(() => {
    const isNear = lastShown >= rows.length - nextPageRows
    if (isNear && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [lastShown, rows.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
}

function createMove({
  last,
  setActive,
  virtualizer,
  scroller,
}: {
  readonly last: number
  setActive(index: number): void
  readonly virtualizer: Virtualizer<HTMLDivElement, Element>
  readonly scroller: RefObject<HTMLDivElement | null>
}): (index: number) => void {
  return (index) => {
    const next = Math.max(0, Math.min(last, index))
    setActive(next)
    virtualizer.scrollToIndex(next)
    // The row may only now come into being.
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus())
  }
}

function TableHead<Row>({ shown, selection, pages: { rows }, idOf }: TableBodyProps<Row>) {
  const { t } = useTranslation()
  const areAllSelected = selection !== undefined && rows.every((row) => selection.ids.has(idOf(row)))
  return (
    <div role="rowgroup" className={styles.head}>
      <div role="row" aria-rowindex={1} className={styles.row}>
        {selection !== undefined && (
          <div role="columnheader" className={styles.check}>
            <Checkbox
              aria-label={t('table.selectAll')}
              checked={areAllSelected}
              indeterminate={!areAllSelected && selection.ids.size > 0}
              onChange={() => selection.change(new Set(areAllSelected ? [] : rows.map(idOf)))}
            />
          </div>
        )}
        {shown.map(({ id, header, isNumeric }) => (
          <div role="columnheader" key={id} className={styles.header} data-numeric={isNumeric || undefined}>
            {header}
          </div>
        ))}
      </div>
    </div>
  )
}
