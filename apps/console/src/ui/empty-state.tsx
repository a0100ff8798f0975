import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { icons, type IconName } from './icons.tsx'
import styles from './empty-state.module.css'

/** Where something would stand: what it is, and what to do so that it stands there. */
export function EmptyState({
  icon,
  title,
  children,
  actions,
}: {
  readonly icon: IconName
  readonly title: string
  readonly children?: ReactNode
  readonly actions?: ReactNode
}) {
  const Shape = icons[icon]
  return (
    <div className={styles.state}>
      <span className={styles.icon}>
        <Shape size={22} />
      </span>
      <p className={styles.title}>{title}</p>
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}

type NothingFoundProps = { readonly title: string; readonly clear: string; onClear(): void }

/** In the place of a list of which the search or the filters leave nothing: the way back to all of it. */
export function NothingFound({ title, clear, onClear }: NothingFoundProps) {
  return <EmptyState icon="search" title={title} actions={<Button onClick={onClear}>{clear}</Button>} />
}
