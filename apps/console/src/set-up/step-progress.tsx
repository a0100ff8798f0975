import { Checkbox } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ErrorBlock } from '../ui/error-block.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import styles from './set-up.module.css'
import { useVisitChange, type Visit } from './visit.ts'

/** What can be seen from here is done by itself; the rest is ticked off. */
export function StepProgress({ visit, id }: { readonly visit: Visit; readonly id: string }) {
  const { t } = useTranslation('setUp')
  const settle = useVisitChange('settleSetupStep')
  const step = visit.steps.find((each) => each.id === id)
  if (step === undefined) return null
  if (step.by === 'seen')
    return (
      <div className={styles.progress}>
        <StateChip tone={step.done ? 'good' : 'quiet'}>{step.done ? t('step.seen') : t('step.waiting')}</StateChip>
      </div>
    )
  // It shows at once what was ticked, before the server has said so.
  const isDone = settle.isPending ? settle.variables.body.done === true : step.done
  return (
    <div className={styles.progress}>
      <Checkbox
        label={t('step.done')}
        checked={isDone}
        onChange={(event) => settle.mutate({ body: { step: id, done: event.currentTarget.checked } })}
      />
      {settle.isError && <ErrorBlock error={settle.error} />}
    </div>
  )
}
