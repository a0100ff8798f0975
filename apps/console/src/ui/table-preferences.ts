import { useState } from 'react'

export type Density = 'compact' | 'normal' | 'roomy'

/** How somebody likes a table: kept in this browser, one entry a table. */
export type TablePreferences = {
  readonly hidden: readonly string[]
  readonly order: readonly string[]
  readonly density: Density
}

const none: TablePreferences = { hidden: [], order: [], density: 'normal' }
const prefix = 'rollcall.table.'

export const rowHeights: { readonly [density in Density]: number } = { compact: 30, normal: 38, roomy: 48 }

export function useTablePreferences(
  name: string,
  initiallyHidden: readonly string[],
): readonly [TablePreferences, (next: TablePreferences) => void] {
  const [preferences, set] = useState(() => read(name) ?? { ...none, hidden: initiallyHidden })
  return [
    preferences,
    (next) => {
      localStorage.setItem(prefix + name, JSON.stringify(next))
      set(next)
    },
  ]
}

function read(name: string): TablePreferences | undefined {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(prefix + name) ?? 'null')
    // Only this module writes it; whatever else stands there does not have all three.
    if (typeof stored === 'object' && stored !== null && 'hidden' in stored && 'order' in stored && 'density' in stored)
      return stored as TablePreferences
  } catch {
    // A browser without storage shows tables as they are.
  }
  return undefined
}

/** Columns in the order that somebody chose; those that are new since then stand where they belong. */
export function arrange<Column extends { readonly id: string }>(
  columns: readonly Column[],
  { hidden, order }: TablePreferences,
): readonly Column[] {
  const place = (column: Column): number => {
    const chosen = order.indexOf(column.id)
    return chosen < 0 ? columns.indexOf(column) : chosen
  }
  return columns.filter(({ id }) => !hidden.includes(id)).toSorted((a, b) => place(a) - place(b))
}
