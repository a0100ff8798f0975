import { toArrayText } from './array-text.ts'

/** A column of rows that are handed to a statement: its name, its type, and what a row has there, as PostgreSQL reads it. */
export type SourceColumn<Row> = readonly [name: string, type: string, valueOf: (row: Row) => string | number | null]

/** Rows for a statement: `select ${list} from ${from}` gives them, with the columns in their order. */
export type RowSource = { readonly list: string; readonly from: string; readonly values: readonly unknown[] }

/**
 * One array a column, which costs the least for many rows; a column in which all rows say the same is sent once. Parameters
 * are counted from `firstParameter` on. The first column is always an array: it tells how many rows there are.
 */
export function toRowSource<Row>(
  columns: readonly SourceColumn<Row>[],
  rows: readonly Row[],
  firstParameter: number,
): RowSource {
  const list: string[] = []
  const arrays: string[] = []
  const names: string[] = []
  const values: unknown[] = []
  for (const [name, type, valueOf] of columns) {
    const column = rows.map(valueOf)
    const [first] = column
    const parameter = `$${firstParameter + values.length}::${type}`
    if (names.length > 0 && column.every((value) => value === first)) {
      list.push(`${parameter} as ${name}`)
      values.push(first)
      continue
    }
    list.push(`r.${name}`)
    arrays.push(`${parameter}[]`)
    names.push(name)
    values.push(toArrayText(column))
  }
  return { list: list.join(', '), from: `unnest(${arrays.join(', ')}) r (${names.join(', ')})`, values }
}
