import { NumberInput, Select } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { showToast } from '../ui/toast.ts'
import { ofVersion } from './organization.tsx'

type Retention = RouteAnswer<'getAuditRetention'>

const kinds = ['rollcall', 'github', 'datadog'] as const satisfies readonly Retention['retention'][]

/** How long the audit log is kept; a permission and a step-up of its own guard it. */
export function AuditRetention() {
  const { data, error, refetch } = useRoute('getAuditRetention')
  if (data !== undefined) return <RetentionForm retention={data} />
  return error === null ? <Skeletons rows={2} /> : <ErrorBlock error={error} onRetry={() => void refetch()} />
}

function RetentionForm({ retention: saved }: { readonly retention: Retention }) {
  const { t } = useTranslation('settings')
  const field = { disabled: !useCan()('audit:manage') }
  const draft = useDraft({ retention: saved.retention, daysMax: saved.daysMax })
  const update = useChange('updateAuditRetention', { stale: ofVersion })
  const { values, changed } = draft
  const { min, max } = saved.daysAllowed
  // Other limits may not allow the days of before: then they begin with their own.
  const isOther = changed.includes('retention')
  const send = (): void =>
    update.mutate(
      {
        body: isOther && !changed.includes('daysMax') ? { retention: values.retention } : values,
        ifMatch: `"${saved.version}"`,
      },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('saved') })
        },
      },
    )
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={send}>
      <FormSection title={t('privacy.audit')} lead={t('privacy.auditText')}>
        <Select
          {...field}
          label={t('privacy.auditKind')}
          allowDeselect={false}
          data={kinds.map((value) => ({ value, label: t(`privacy.kind.${value}`) }))}
          value={values.retention}
          onChange={(value) => draft.set('retention', kinds.find((each) => each === value) ?? values.retention)}
        />
        <NumberInput
          {...field}
          label={t('privacy.auditDays')}
          {...(!isOther && { description: t('privacy.auditDaysText', { min, max }), min, max })}
          allowDecimal={false}
          value={values.daysMax}
          error={fieldErrorsOf(update.error)['daysMax']}
          onChange={(value) => draft.set('daysMax', Number(value))}
        />
      </FormSection>
    </Form>
  )
}
