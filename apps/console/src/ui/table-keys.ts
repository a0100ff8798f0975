import type { KeyboardEvent } from 'react'
import { isComposing } from '../i18n/composing.ts'

type RowKeys = {
  readonly index: number
  readonly last: number
  move(index: number): void
  open(): void
  readonly select: (() => void) | undefined
}

const pageRows = 10

/** Keys on a row: ↑ ↓ Page Home End move, Space selects, Enter opens. */
export function onTableKey(event: KeyboardEvent<HTMLElement>, { index, last, move, open, select }: RowKeys): void {
  if (event.target !== event.currentTarget || isComposing(event)) return
  const acts: Readonly<Record<string, (() => void) | undefined>> = {
    ArrowDown: () => move(index + 1),
    ArrowUp: () => move(index - 1),
    PageDown: () => move(index + pageRows),
    PageUp: () => move(index - pageRows),
    Home: () => move(0),
    End: () => move(last),
    Enter: open,
    ' ': select ?? open,
  }
  const act = acts[event.key]
  if (act === undefined) return
  event.preventDefault()
  act()
}
