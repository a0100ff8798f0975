import type { ReactNode } from 'react'
import styles from './figures.module.css'

export type Figure = { readonly term: string; readonly value: ReactNode; readonly isNumber?: boolean }

/** How something is, in a line of numbers and times. */
export function Figures({ figures }: { readonly figures: readonly Figure[] }) {
  return (
    <dl className={styles.figures}>
      {figures.map(({ term, value, isNumber = false }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd data-number={isNumber || undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
