import { icons } from '../ui/icons.tsx'
import styles from './sso.module.css'

/** A tick or a dash, with a word. */
export function Mark({ isGood, children }: { readonly isGood: boolean; readonly children: string }) {
  const Shape = isGood ? icons.check : icons.minus
  return (
    <span className={styles.check} data-is={isGood ? 'yes' : 'no'}>
      <Shape size={14} />
      {children}
    </span>
  )
}
