import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import type { AppView } from './rules-page.tsx'
import styles from './rules.module.css'

/** Says that what is shown is not what the app runs by, and offers the plan that would make it so. */
export function DraftNotice({
  app,
  onPlan,
  isPending,
  isDirty,
}: {
  readonly app: AppView
  onPlan(): void
  readonly isPending: boolean
  readonly isDirty: boolean
}) {
  const { t } = useTranslation('rules')
  const can = useCan()
  if (app.draftRevision === null || isDirty) return null
  return (
    <div className={styles.notice}>
      <icons.info />
      <span>
        {app.liveRevision === null
          ? t('draft.first', { revision: app.draftRevision })
          : t('draft.waits', { revision: app.draftRevision, live: app.liveRevision })}
      </span>
      {can('apps:manage') && (
        <Button size="xs" onClick={onPlan} loading={isPending}>
          {t('draft.plan')}
        </Button>
      )}
    </div>
  )
}
