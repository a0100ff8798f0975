import { icons, type IconName } from './icons.tsx'
import styles from './state-chip.module.css'

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet'

const toneIcons: { readonly [tone in Tone]: IconName } = {
  good: 'good',
  warn: 'warning',
  bad: 'error',
  info: 'info',
  quiet: 'minus',
}

/** A state as icon, word and tone: never by colour alone. */
export function StateChip({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone
  readonly icon?: IconName
  readonly children: string
}) {
  const Shape = icons[icon ?? toneIcons[tone]]
  return (
    <span className={styles.chip} data-tone={tone}>
      <Shape size={14} />
      {children}
    </span>
  )
}
