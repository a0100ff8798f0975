import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import type { Tone } from './state-chip.tsx'
import styles from './charts.module.css'

const width = 120
const height = 28

/** A line without axes: which way something goes. `label` says it in words, with the first and last number. */
export function Sparkline({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  if (values.length < 2) return null
  const low = Math.min(...values)
  const span = Math.max(...values) - low || 1
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * (width - 4) + 2
    const y = height - 3 - ((value - low) / span) * (height - 6)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  return (
    <svg
      className={styles.line}
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    >
      <polygon className={styles.area} points={`2,${height} ${points.join(' ')} ${width - 2},${height}`} />
      <polyline points={points.join(' ')} />
    </svg>
  )
}

export type Series = { readonly id: string; readonly label: string; readonly tone: Tone }
export type Bar = { readonly label: string; readonly values: Readonly<Record<string, number>>; readonly href?: string }

type BarsProps = {
  readonly title: string
  readonly series: readonly Series[]
  readonly bars: readonly Bar[]
  readonly heightPx?: number
}

/** Stacked bars, and the same numbers as a table behind them. */
export function Bars({ title, series, bars, heightPx = 120 }: BarsProps) {
  const id = useId()
  const sums = bars.map(({ values }) => series.reduce((sum, each) => sum + (values[each.id] ?? 0), 0))
  const most = Math.max(1, ...sums)
  const step = 100 / Math.max(1, bars.length)
  return (
    <figure className={styles.figure} aria-labelledby={id}>
      <figcaption className={styles.caption}>
        <span id={id} className={styles.title}>
          {title}
        </span>
        <span className={styles.legend}>
          {series.map(({ id: key, label, tone }) => (
            <span key={key} className={styles.key} data-tone={tone}>
              {label}
            </span>
          ))}
        </span>
      </figcaption>
      <svg
        className={styles.bars}
        viewBox={`0 0 100 ${heightPx}`}
        height={heightPx}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {bars.map((bar, index) => (
          <Stack
            key={bar.label}
            bar={bar}
            series={series}
            x={index * step + step * 0.12}
            width={step * 0.76}
            scale={(heightPx - 2) / most}
            bottom={heightPx}
          />
        ))}
      </svg>
      <div className={styles.axis} aria-hidden="true">
        <span>{bars[0]?.label}</span>
        <span>{bars.at(-1)?.label}</span>
      </div>
      <TableBehind title={title} series={series} bars={bars} />
    </figure>
  )
}

/** For whoever would rather read, or cannot see. */
function TableBehind({ title, series, bars }: BarsProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  return (
    <details className={styles.behind}>
      <summary>{t('chart.table')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {series.map(({ id: key, label }) => (
              <th scope="col" key={key}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.label}>
              <th scope="row">{bar.label}</th>
              {series.map(({ id: key }) => (
                <td key={key}>{formats.number(bar.values[key] ?? 0)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

type StackProps = {
  readonly bar: Bar
  readonly series: readonly Series[]
  readonly x: number
  readonly width: number
  readonly scale: number
  readonly bottom: number
}

function Stack({ bar, series, x, width: wide, scale, bottom }: StackProps) {
  const heights = series.map((each) => (bar.values[each.id] ?? 0) * scale)
  return (
    <g>
      {series.map(({ id, tone }, index) => {
        const below = heights.slice(0, index).reduce((sum, each) => sum + each, 0)
        const tall = heights[index] ?? 0
        return tall === 0 ? null : (
          <rect
            key={id}
            className={styles.part}
            data-tone={tone}
            x={x}
            y={bottom - below - tall}
            width={wide}
            height={tall}
          />
        )
      })}
    </g>
  )
}
