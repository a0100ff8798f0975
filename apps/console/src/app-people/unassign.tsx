import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { isRefusedAs } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { showToast } from '../ui/toast.ts'
import { tellFault } from './tell-fault.ts'
import { usePlanFor } from './use-plan-for.ts'

export const assignmentsStale = ['listAppAssignments', 'listAppLinks', 'getAppProgress', 'listAppPlans'] as const

/** Ends assignments at once, with a way back; of more people than that may pass without a plan, by a plan. */
export function Unassign({
  app,
  ids,
  onDone,
}: {
  readonly app: string
  readonly ids: readonly string[]
  onDone(): void
}) {
  const { t } = useTranslation('appPeople')
  const formats = useFormats()
  const remove = useChange('unassignFromApp', { stale: assignmentsStale })
  const assign = useChange('assignToApp', { stale: assignmentsStale })
  const plan = usePlanFor(app)
  const params = { app }
  const take = async (): Promise<void> => {
    try {
      const { changed } = await remove.mutateAsync({ params, body: { subjects: [...ids] } })
      onDone()
      const undo = (): void => void assign.mutateAsync({ params, body: { subjects: [...changed] } }).catch(tellFault)
      showToast({
        tone: 'good',
        text: t('unassigned', { count: changed.length, number: formats.number(changed.length) }),
        ...(changed.length > 0 && { action: { label: t('undo'), run: undo } }),
      })
    } catch (error) {
      if (isRefusedAs(error, 'planRequired')) plan.run({ unassign: [...ids] })
      else tellFault(error)
    }
  }
  return (
    <Button size="compact-sm" loading={remove.isPending || plan.isPending} onClick={() => void take()}>
      {t('unassign')}
    </Button>
  )
}
