import { NumberInput, Select, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { Form, FormSection, useDraft, type Draft } from '../ui/form.tsx'
import { showToast } from '../ui/toast.ts'
import { CredentialsSection } from './credentials-section.tsx'
import { DeleteApp } from './delete-app.tsx'
import { GuardFields, toGuardValues, withGuard } from './guard-fields.tsx'
import styles from './apps.module.css'
import { TagsField } from '../ui/tags-field.tsx'

type App = RouteAnswer<'getApp'>

const route = getRouteApi('/$organization/apps/$app')
const sets = ['default', 'entra-parity'] as const
const setWords = { default: 'rollcall', 'entra-parity': 'entra' } as const
const everies = ['off', 'weekly', 'monthly'] as const
const policies = ['report', 'adopt', 'enforce'] as const

/** Name, numbers, who is told; credentials; the end. */
export function SettingsTab() {
  const { app: id } = route.useParams()
  const can = useCan()
  const { data: app } = useRoute('getApp', { params: { app: id } })
  if (app === undefined) return null
  return (
    <div className={styles.settings}>
      <GeneralForm app={app} isReadOnly={!can('apps:manage')} />
      {can('apps:manage') && <CredentialsSection app={app} />}
      {can('apps:manage') && <DeleteApp app={app} />}
    </div>
  )
}

function toValues({ name, settings, numbers }: App) {
  return {
    name,
    set: settings.numbers,
    logDays: numbers.logDays,
    notify: settings.notify,
    every: settings.reconciliation.every,
    policy: settings.reconciliation.policy,
    ...toGuardValues(numbers.gate),
  }
}

function GeneralForm({ app, isReadOnly }: { readonly app: App; readonly isReadOnly: boolean }) {
  const { t } = useTranslation('apps')
  const draft = useDraft(toValues(app))
  const { values, changed, set } = draft
  const update = useChange('updateApp', { stale: ['getApp', 'listApps', 'getOverview', 'getAppGate'] })
  const errors = fieldErrorsOf(update.error)
  const save = (): void => {
    const isGuardChanged = changed.some((name) => name.startsWith('guard'))
    const overrides = isGuardChanged ? withGuard(app.settings.overrides, values) : app.settings.overrides
    const settings = {
      ...app.settings,
      numbers: values.set,
      overrides: changed.includes('logDays') ? { ...overrides, logDays: values.logDays } : overrides,
      notify: [...values.notify],
      reconciliation: { ...app.settings.reconciliation, every: values.every, policy: values.policy },
    }
    update.mutate(
      { params: { app: app.id }, body: { name: values.name, settings }, ifMatch: `"${app.version}"` },
      { onSuccess: () => showToast({ tone: 'good', text: t('settings.saved') }) },
    )
  }
  const field = { disabled: isReadOnly } as const
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
      <FormSection title={t('settings.general')} lead={t('settings.generalText')}>
        <TextInput
          {...field}
          label={t('column.name')}
          value={values.name}
          error={errors['name']}
          onChange={(event) => set('name', event.currentTarget.value)}
        />
        <TagsField
          {...field}
          label={t('settings.notify')}
          description={t('settings.notifyHelp')}
          value={[...values.notify]}
          error={errors['settings.notify']}
          onChange={(notify) => set('notify', notify)}
        />
      </FormSection>
      <FormSection title={t('settings.pace')} lead={t('settings.paceText')}>
        <Select
          {...field}
          allowDeselect={false}
          label={t('settings.numbers')}
          data={sets.map((value) => ({ value, label: t(`settings.set.${setWords[value]}`) }))}
          value={values.set}
          onChange={(value) => set('set', sets.find((each) => each === value) ?? 'default')}
        />
        <NumberInput
          {...field}
          label={t('settings.logDays')}
          min={1}
          max={3_650}
          allowDecimal={false}
          value={values.logDays}
          error={errors['settings.overrides.logDays']}
          onChange={(value) => set('logDays', Number(value))}
        />
      </FormSection>
      <GuardFields draft={draft} mayBeOff={values.set === 'entra-parity'} isReadOnly={isReadOnly} errors={errors} />
      <ReconciliationFields draft={draft} isReadOnly={isReadOnly} />
    </Form>
  )
}

type FieldsProps = { readonly draft: Draft<ReturnType<typeof toValues>>; readonly isReadOnly: boolean }

function ReconciliationFields({ draft: { values, set }, isReadOnly }: FieldsProps) {
  const { t } = useTranslation('apps')
  const field = { disabled: isReadOnly } as const
  return (
    <FormSection title={t('cycle.reconciliation')} lead={t('settings.reconciliationText')}>
      <Select
        {...field}
        allowDeselect={false}
        label={t('settings.every')}
        data={everies.map((value) => ({ value, label: t(`settings.everies.${value}`) }))}
        value={values.every}
        onChange={(value) => set('every', everies.find((each) => each === value) ?? 'weekly')}
      />
      <Select
        {...field}
        allowDeselect={false}
        label={t('settings.policy')}
        data={policies.map((value) => ({ value, label: t(`settings.policies.${value}`) }))}
        value={values.policy}
        onChange={(value) => set('policy', policies.find((each) => each === value) ?? 'report')}
      />
    </FormSection>
  )
}
