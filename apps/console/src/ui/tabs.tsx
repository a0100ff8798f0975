import { Link, type LinkProps } from '@tanstack/react-router'
import styles from './tabs.module.css'

export type Tab = {
  readonly label: string
  readonly link: LinkProps
  readonly isActive: boolean
  readonly count?: string
}

/** Parts of one page, each with an address of its own. */
export function Tabs({ label, tabs }: { readonly label: string; readonly tabs: readonly Tab[] }) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {tabs.map(({ label: text, link, isActive, count }) => (
        <Link
          key={text}
          {...link}
          activeOptions={{ exact: true, includeSearch: true }}
          className={styles.tab}
          aria-current={isActive ? 'page' : undefined}
        >
          {text}
          {count !== undefined && <span className={styles.count}>{count}</span>}
        </Link>
      ))}
    </nav>
  )
}
