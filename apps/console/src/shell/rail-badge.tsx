import styles from './rail.module.css'

/** A number that asks for attention; nothing when it is 0. */
export function RailBadge({ count, label }: { readonly count: number; readonly label: string }) {
  if (count === 0) return null
  return (
    <span className={styles.badge} title={label}>
      {count > 99 ? '99+' : count}
      <span className="visually-hidden">{label}</span>
    </span>
  )
}
