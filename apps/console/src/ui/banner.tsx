import type { ReactNode } from 'react'
import styles from './banner.module.css'
import { icons, type IconName } from './icons.tsx'

/** What is wrong with the thing of the page, since when, and what can be done about it. */
export function Banner({
  tone,
  icon = tone === 'bad' ? 'error' : 'warning',
  title,
  children,
  actions,
}: {
  readonly tone: 'warn' | 'bad'
  readonly icon?: IconName
  readonly title: string
  readonly children: ReactNode
  readonly actions?: ReactNode
}) {
  const Shape = icons[icon]
  return (
    <div className={styles.banner} data-tone={tone} role="status">
      <Shape size={18} />
      <div className={styles.words}>
        <p className={styles.title}>{title}</p>
        {children}
      </div>
      {actions !== undefined && <div className={styles.acts}>{actions}</div>}
    </div>
  )
}
