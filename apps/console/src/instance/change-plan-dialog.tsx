import { NumberInput, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute, type EntryOf } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'

type ChangePlanDialogProps = { readonly organization: EntryOf<'listInstanceOrganizations'>; onClose(): void }

const seatsMax = 100_000_000

/** What an organization may use, for operators who sell it. */
export function ChangePlanDialog({ organization: { slug, name, plan }, onClose }: ChangePlanDialogProps) {
  const { t } = useTranslation('instance')
  const { data: plans } = useRoute('listPlans')
  const [chosen, setChosen] = useState(plan)
  const [seats, setSeats] = useState<number | string>('')
  const change = useChange('changeOrganizationPlan', { stale: ['listInstanceOrganizations', 'getOrganizationPlan'] })
  const submit = (): void =>
    change.mutate(
      {
        params: { organization: slug },
        body: { plan: chosen, ...(typeof seats === 'number' && { seatsMax: seats }) },
      },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('plan.changed', { name, plan: chosen }) })
          onClose()
        },
      },
    )
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('plan.title', { name })}
      action={t('plan.change')}
      change={change}
      onSubmit={submit}
    >
      <Select
        label={t('column.plan')}
        description={t('plan.text')}
        allowDeselect={false}
        data={(plans?.data ?? []).map((each) => each.name)}
        value={chosen}
        onChange={(value) => setChosen(value ?? chosen)}
      />
      <NumberInput
        label={t('plan.seats')}
        description={t('plan.seatsText')}
        placeholder={t('plan.asBefore')}
        min={0}
        max={seatsMax}
        allowDecimal={false}
        value={seats}
        onChange={setSeats}
      />
    </FormDialog>
  )
}
