import { Time } from './time.tsx'
import styles from './labelled-time.module.css'

/** A moment and what happened then: word and time side by side, so that no language has to order them. */
export function LabelledTime({ label, at }: { readonly label: string; readonly at: string | null }) {
  return (
    <span className={styles.pair}>
      <span className={styles.label}>{label}</span>
      <Time at={at} />
    </span>
  )
}
