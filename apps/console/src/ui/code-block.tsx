import { CopyButton } from './copy.tsx'
import styles from './code-block.module.css'

/** Text of machines in its own lines; what is long scrolls, also by keyboard. */
export function CodeBlock({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div className={styles.frame}>
      <div className={styles.head}>
        <span>{label}</span>
        <CopyButton text={text} />
      </div>
      <pre className={styles.text} tabIndex={0} aria-label={label}>
        {text}
      </pre>
    </div>
  )
}

/** JSON in lines; anything else as it is. */
export function toLines(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
