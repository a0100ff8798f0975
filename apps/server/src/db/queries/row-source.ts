import { toBinaryArray, type ArrayType, type ArrayValue } from '../binary-array.ts'

/** A column of rows that are handed to a statement: its name, its type, and what a row has there. */
export type SourceColumn<Row> = readonly [name: string, type: ArrayType, valueOf: (row: Row) => ArrayValue]

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
    const first = column[0] ?? null
    const parameter = `$${firstParameter + values.length}::${type}`
    if (names.length > 0 && column.every((value) => isSame(value, first))) {
      list.push(`${parameter} as ${name}`)
      values.push(first)
      continue
    }
    list.push(`r.${name}`)
    arrays.push(`${parameter}[]`)
    names.push(name)
    values.push(toBinaryArray(type, column))
  }
  return { list: list.join(', '), from: `unnest(${arrays.join(', ')}) r (${names.join(', ')})`, values }
}

function isSame(value: ArrayValue, first: ArrayValue): boolean {
  return value === first || (value instanceof Date && first instanceof Date && value.getTime() === first.getTime())
}
