import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isRefusedAs } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ObjectPicker } from '../provision/object-picker.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import { assignmentsStale } from './unassign.tsx'
import { usePlanFor } from './use-plan-for.ts'

/** At once; more are assigned by their teams. */
const pickedMax = 50

/** People and teams who get the app. Where it runs and many are concerned, a plan is made first. */
export function AssignDialog({
  app,
  isOpen,
  onClose,
}: {
  readonly app: string
  readonly isOpen: boolean
  onClose(): void
}) {
  const { t } = useTranslation('appPeople')
  const formats = useFormats()
  const [ids, setIds] = useState<string[]>([])
  const assign = useChange('assignToApp', { stale: assignmentsStale })
  const plan = usePlanFor(app)
  const isPlanNeeded = isRefusedAs(assign.error, 'planRequired')
  const close = (): void => {
    setIds([])
    assign.reset()
    onClose()
  }
  const submit = (): void => {
    if (isPlanNeeded) return plan.run({ assign: ids })
    assign.mutate(
      { params: { app }, body: { subjects: ids } },
      {
        onSuccess: ({ changed }) => {
          close()
          showToast({
            tone: 'good',
            text: t('assigned', { count: changed.length, number: formats.number(changed.length) }),
          })
        },
      },
    )
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title={t('assignTitle')}
      action={isPlanNeeded ? t('makePlan') : t('assignDo')}
      isReady={ids.length > 0}
      change={{ isPending: assign.isPending || plan.isPending, error: isPlanNeeded ? null : assign.error }}
      onSubmit={submit}
    >
      <ObjectPicker
        ids={ids}
        max={pickedMax}
        description={t('assignHelp')}
        onChange={(next) => {
          assign.reset()
          setIds(next)
        }}
      />
      {isPlanNeeded && <p role="status">{t('planNeeded')}</p>}
    </FormDialog>
  )
}
