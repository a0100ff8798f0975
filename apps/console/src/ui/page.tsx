import type { ReactNode } from 'react'
import styles from './page.module.css'

/** The frame of every page. `isFull`: a list that takes the height there is and scrolls by itself. */
export function Page({ children, isFull = false }: { readonly children: ReactNode; readonly isFull?: boolean }) {
  return (
    <div className={styles.page} data-full={isFull || undefined}>
      {children}
    </div>
  )
}

/** A part of a page under a heading of its own. */
export function Section({
  title,
  actions,
  children,
}: {
  readonly title: string
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className={styles.section}>
      <div className={styles.head}>
        <h2 className={styles.title}>{title}</h2>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  )
}
