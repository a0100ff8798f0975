import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { LiveRegion } from './live-region.tsx'
import styles from './progress.module.css'

type ProgressProps = {
  readonly label: string
  readonly done: number
  /** Undefined: nobody knows yet. */
  readonly total: number | undefined
  readonly perSecond?: number | undefined
}

/** How far long work is, in objects, with rate and time left; told to screen readers in steps of ten percent. */
export function Progress({ label, done, total, perSecond }: ProgressProps) {
  const { t } = useTranslation()
  const formats = useFormats()
  const share = total === undefined || total === 0 ? 0 : Math.min(1, done / total)
  const left =
    perSecond !== undefined && perSecond > 0 && total !== undefined ? ((total - done) / perSecond) * 1_000 : undefined
  const words = [
    total === undefined
      ? formats.number(done)
      : t('progress.of', { done: formats.number(done), total: formats.number(total) }),
    ...(perSecond === undefined ? [] : [t('progress.rate', { rate: formats.number(Math.round(perSecond * 10) / 10) })]),
    ...(left === undefined || left <= 0 ? [] : [t('progress.left', { time: formats.duration(left) })]),
  ]
  return (
    <div className={styles.progress}>
      <div className={styles.words}>
        <span>{label}</span>
        <span className={styles.numbers}>{words.join(' · ')}</span>
      </div>
      <div
        className={styles.track}
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={total === undefined ? undefined : Math.round(share * 100)}
        data-unknown={total === undefined || undefined}
      >
        <div className={styles.bar} style={{ width: `${share * 100}%` }} />
      </div>
      <LiveRegion text={total === undefined ? '' : `${label} ${formats.percent(Math.floor(share * 10) / 10)}`} />
    </div>
  )
}
