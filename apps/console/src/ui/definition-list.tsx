import type { ReactNode } from 'react'
import styles from './definition-list.module.css'

export type Definition = { readonly term: string; readonly value: ReactNode }

/** Facts of one thing: term on the left, value on the right. */
export function DefinitionList({ items }: { readonly items: readonly Definition[] }) {
  return (
    <dl className={styles.list}>
      {items.map(({ term, value }) => (
        <div key={term} className={styles.row}>
          <dt className={styles.term}>{term}</dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
