import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Operation } from './plan-operations.ts'
import styles from './plans.module.css'
import type { Selection } from './use-selection.ts'

/** What can be decided about changes that are alike. */
export function GroupActs({
  entries,
  selection,
}: {
  readonly entries: readonly Operation[]
  readonly selection: Selection
}) {
  const { t } = useTranslation('plans')
  const some = entries.filter((entry) => selection.mayLeaveOut(entry))
  if (some.length === 0) return null
  const taken = some.filter(({ state }) => state === 'planned')
  const left = some.filter(({ state }) => state === 'excluded')
  const only = selection.only(some)
  const disabled = selection.isPending
  return (
    <div className={styles.groupActs}>
      {taken.length > 0 && (
        <Button size="compact-sm" disabled={disabled} onClick={() => selection.leaveOut(taken)}>
          {t('leaveOutAll', { count: taken.length })}
        </Button>
      )}
      {left.length > 0 && (
        <Button size="compact-sm" disabled={disabled} onClick={() => selection.takeIn(left)}>
          {t('takeInAll', { count: left.length })}
        </Button>
      )}
      {only !== undefined && (
        <Button size="compact-sm" disabled={disabled} onClick={only}>
          {t('only', { count: some.length })}
        </Button>
      )}
    </div>
  )
}

/** The same of one of them. */
export function EntryAct({ entry, selection }: { readonly entry: Operation; readonly selection: Selection }) {
  const { t } = useTranslation('plans')
  if (!selection.mayLeaveOut(entry)) return null
  const isOut = entry.state === 'excluded'
  const only = selection.only([entry])
  return (
    <>
      <Button
        variant="subtle"
        size="compact-xs"
        disabled={selection.isPending}
        onClick={() => (isOut ? selection.takeIn([entry]) : selection.leaveOut([entry]))}
      >
        {t(isOut ? 'takeIn' : 'leaveOut')}
      </Button>
      {only !== undefined && (
        <Button variant="subtle" size="compact-xs" disabled={selection.isPending} onClick={only}>
          {t('onlyThis')}
        </Button>
      )}
    </>
  )
}
