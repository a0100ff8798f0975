/** One measured figure. `floor` and `peer` are the same figure of what it is compared with, in the same run. */
export type Row = {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly floor?: number
  readonly peer?: number
  readonly ratio?: number
  /** What the ratio or value has to reach (`>=`) or may not pass (`<=`). */
  readonly target?: string
  readonly met?: boolean
}

const rows: Row[] = []

/** Adds a figure; says it at once on stderr, since a whole run takes minutes. */
export function record(row: Row): void {
  rows.push(row)
  console.error(format(row))
}

/** A figure that must reach a share of another one. */
export function recordRatio(
  name: string,
  value: number,
  than: { floor?: number; peer?: number },
  least: number,
  unit = '1/s',
): void {
  const ratio = value / (than.floor ?? than.peer ?? Number.NaN)
  record({ name, value, unit, ...than, ratio, target: `>= ${least}`, met: ratio >= least })
}

/** A figure that must reach a bound. */
export function recordAtLeast(name: string, value: number, least: number, unit: string): void {
  record({ name, value, unit, target: `>= ${least}`, met: value >= least })
}

/** A figure that may not pass a bound. */
export function recordBound(name: string, value: number, most: number, unit: string): void {
  record({ name, value, unit, target: `<= ${most}`, met: value <= most })
}

/** The middle of several figures of one thing. */
export function toMedian(figures: readonly number[] = []): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1] ?? Number.NaN
}

/** Everything recorded so far. */
export function recorded(): readonly Row[] {
  return rows
}

function format(row: Row): string {
  const compared = row.ratio === undefined ? '' : `  ratio ${row.ratio.toFixed(2)}`
  const target = row.target === undefined ? '' : `  (${row.target}: ${row.met ? 'met' : 'MISSED'})`
  return `${row.name.padEnd(58)} ${round(row.value)} ${row.unit}${compared}${target}`
}

/** The table for docs/benchmarks.md. */
export function toMarkdown(): string {
  const lines = rows.map(
    (row) =>
      `| ${row.name} | ${round(row.value)} ${row.unit} | ${row.floor === undefined ? '' : round(row.floor)} | ${row.peer === undefined ? '' : round(row.peer)} | ${row.ratio?.toFixed(2) ?? ''} | ${row.target ?? ''} | ${row.met === undefined ? '' : row.met ? 'yes' : '**no**'} |`,
  )
  return ['| what | Rollcall | floor | peer | ratio | target | met |', '|---|---|---|---|---|---|---|', ...lines].join(
    '\n',
  )
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(value >= 10 ? 1 : 2)
}
