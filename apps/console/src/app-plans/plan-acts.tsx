import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isRefusedAs } from '../api/problem.ts'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { icons } from '../ui/icons.tsx'
import { showToast, tellOutcome } from '../ui/toast.ts'
import type { Plan } from './plan-page.tsx'

const stale = [
  'getAppPlan',
  'listAppPlans',
  'listAppPlanOperations',
  'listAppHolds',
  'getApp',
  'getAppRules',
  'listAppRevisions',
] as const

/** Apply, make anew, discard. */
export function PlanActs({ plan, app }: { readonly plan: Plan; readonly app: string }) {
  const can = useCan()
  const params = { app, plan: plan.id }
  return (
    <>
      {can('apps:manage') && plan.state === 'ready' && <Discard params={params} />}
      {can('apps:manage') && plan.state !== 'planning' && <Renew params={params} />}
      {can('apps:run') && (plan.state === 'ready' || plan.state === 'planning') && (
        <Apply plan={plan} params={params} />
      )}
    </>
  )
}

type ActProps = { readonly params: { readonly app: string; readonly plan: string } }

function Discard({ params }: ActProps) {
  const { t } = useTranslation('plans')
  const discard = useChange('discardAppPlan', { stale })
  const run = (): void => tellOutcome(discard.mutateAsync({ params }), () => t('discarded'))
  return (
    <Button onClick={run} loading={discard.isPending}>
      {t('discard')}
    </Button>
  )
}

function useRenew({ params }: ActProps) {
  const navigate = useNavigate()
  const organization = useOrganizationSlug()
  const renew = useChange('renewAppPlan', { stale })
  const run = (): void =>
    // Not `mutate`: the button may be gone from the page by then, and its callbacks with it.
    void renew.mutateAsync({ params }).then(
      ({ id }) =>
        navigate({
          to: '/$organization/apps/$app/plans/$plan',
          params: { organization, app: params.app, plan: id },
        }),
      ({ message }: Error) => showToast({ tone: 'bad', text: message }),
    )
  return { run, isPending: renew.isPending }
}

function Renew(props: ActProps) {
  const { t } = useTranslation('plans')
  const { run, isPending } = useRenew(props)
  return (
    <Button onClick={run} loading={isPending} leftSection={<icons.retry size={14} />}>
      {t('renew')}
    </Button>
  )
}

function Apply({ plan, params }: ActProps & { readonly plan: Plan }) {
  const { t } = useTranslation('plans')
  const { number } = useFormats()
  const [isAsking, ask] = useState(false)
  const apply = useChange('applyAppPlan', { stale })
  const renew = useRenew({ params })
  const isStale = isRefusedAs(apply.error, 'planStale')
  const sum = ['create', 'adopt', 'update', 'enable', 'disable', 'delete', 'unlink']
    .map((name) => plan.counts[name] ?? 0)
    .reduce((total, count) => total + count, -(plan.counts['excluded'] ?? 0))
  const confirm = (): void => {
    if (isStale) return renew.run()
    // As above: an applied plan has no button to apply it. A refusal stands in the dialog.
    void apply.mutateAsync({ params }).then(
      ({ applied, changed }) => {
        showToast({
          tone: 'good',
          text:
            changed === 0
              ? t('applied', { count: applied, number: number(applied) })
              : t('appliedChanged', { applied: number(applied), changed: number(changed) }),
        })
        return ask(false)
      },
      () => undefined,
    )
  }
  return (
    <>
      <Button variant="filled" disabled={plan.state !== 'ready'} onClick={() => ask(true)}>
        {t('apply')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => ask(false)}
        title={t('applyTitle')}
        action={isStale ? t('renew') : t('applyCount', { count: sum, number: number(sum) })}
        tier="affects"
        isPending={apply.isPending || renew.isPending}
        error={apply.error}
        onConfirm={confirm}
      >
        <p>{t('applyText', { revision: plan.revision, summary: plan.summary })}</p>
      </ConfirmDialog>
    </>
  )
}
