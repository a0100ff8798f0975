import { useTranslation } from 'react-i18next'
import { Progress } from '../ui/progress.tsx'
import { ReadState, type Read } from './states.tsx'
import styles from './sources.module.css'

/** A read that goes on by itself. */
export function ReadProgress({ read }: { readonly read: Read }) {
  const { t } = useTranslation('sources')
  const { progress } = read
  return (
    <div className={styles.notice}>
      <ReadState read={read} />
      <div className={styles.grow}>
        <Progress
          label={t(`readState.${read.state}`)}
          done={progress?.done ?? read.counts.read}
          total={progress?.total ?? undefined}
          perSecond={progress?.recordsPerSecond ?? undefined}
        />
      </div>
    </div>
  )
}
