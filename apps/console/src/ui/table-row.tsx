import { Checkbox } from '@mantine/core'
import type { MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './data-table.module.css'
import type { TableBodyProps } from './table-body.tsx'
import { onTableKey } from './table-keys.ts'

type TableRowProps<Row> = {
  readonly table: TableBodyProps<Row>
  readonly row: Row
  readonly index: number
  readonly last: number
  /** Pixels from the top of the list. */
  readonly start: number
  /** The one row that Tab reaches; keys lead from it to the others. */
  readonly isActive: boolean
  move(index: number): void
  onFocus(): void
}

export function TableRow<Row>({ table, row, index, last, start, isActive, move, onFocus }: TableRowProps<Row>) {
  const { t } = useTranslation()
  const { selection, onOpen, openId, shown } = table
  const id = table.idOf(row)
  const isSelected = selection?.ids.has(id) ?? false
  const open = (): void => onOpen?.(row)
  const toggle = (): void => {
    const next = new Set(selection?.ids)
    if (!next.delete(id)) next.add(id)
    selection?.change(next)
  }
  return (
    // The grid's keys: its cells are reached by them, not by Tab.
    <div
      role="row"
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={selection === undefined ? undefined : isSelected}
      data-open={openId === id || undefined}
      data-clickable={onOpen !== undefined || undefined}
      tabIndex={isActive ? 0 : -1}
      className={styles.row}
      style={{ transform: `translateY(${start}px)` }}
      onFocus={onFocus}
      onClick={(event) => {
        if (!isControl(event)) open()
      }}
      onKeyDown={(event) =>
        onTableKey(event, { index, last, move, open, select: selection === undefined ? undefined : toggle })
      }
    >
      {selection !== undefined && (
        <div role="gridcell" className={styles.check}>
          <Checkbox aria-label={t('table.select')} checked={isSelected} onChange={toggle} tabIndex={-1} />
        </div>
      )}
      {shown.map((column) => (
        <div role="gridcell" key={column.id} className={styles.cell} data-numeric={column.isNumeric || undefined}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  )
}

/** A link, a button or a box in a row does its own thing; text that somebody marks opens nothing. */
function isControl({ target, currentTarget }: MouseEvent<HTMLElement>): boolean {
  if ((getSelection()?.toString() ?? '') !== '') return true
  const control = target instanceof Element ? target.closest('a, button, input, label, [role="menuitem"]') : null
  return control !== null && currentTarget.contains(control)
}
