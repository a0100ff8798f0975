import { NumberInput, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useCan } from '../api/session.ts'
import { Form, FormSection, useDraft, type Draft } from '../ui/form.tsx'
import { AuditRetention } from './audit-retention.tsx'
import { KeptBodies } from './kept-bodies.tsx'
import { useFieldProps, useSaveOrganization, WithOrganization, type Organization } from './organization.tsx'
import { SettingsFrame } from './settings-frame.tsx'

const mebibyte = 1024 * 1024
const defaults = { binDays: 30, onLeak: 'revoke' } as const
const daysMax = 400
const mebibytesMax = 65_536
const keyDaysMax = 3_650
const onLeaks = ['revoke', 'alert'] as const

/** What is kept, and for how long; how long keys may live. */
export function PrivacyPage() {
  const can = useCan()
  return (
    <SettingsFrame tab="privacy">
      <WithOrganization>{(organization) => <PrivacyForm organization={organization} />}</WithOrganization>
      {can('audit:read') && <AuditRetention />}
      {can('connections:read') && <KeptBodies />}
    </SettingsFrame>
  )
}

function toValues({ settings: { requestLog, recycleBin, keys } }: Organization) {
  const bytes = requestLog?.bytesMax
  return {
    /** Null: as the server is set. */
    logDays: requestLog?.daysMax ?? null,
    logMebibytes: bytes === undefined ? null : Math.round(bytes / mebibyte),
    binDays: recycleBin?.daysMax ?? defaults.binDays,
    /** Null: no limit. */
    keyDays: keys?.daysMax ?? null,
    onLeak: keys?.onLeak ?? defaults.onLeak,
  }
}

type Values = ReturnType<typeof toValues>

function PrivacyForm({ organization }: { readonly organization: Organization }) {
  const draft = useDraft(toValues(organization))
  const { save, update } = useSaveOrganization(organization)
  const { logDays, logMebibytes, binDays, keyDays, onLeak } = draft.values
  const send = (): void =>
    save(
      {
        settings: {
          requestLog: {
            ...(logDays !== null && { daysMax: logDays }),
            ...(logMebibytes !== null && { bytesMax: logMebibytes * mebibyte }),
          },
          recycleBin: { daysMax: binDays },
          keys: { onLeak, ...(keyDays !== null && { daysMax: keyDays }) },
        },
      },
      () => draft.discard(),
    )
  const errors = fieldErrorsOf(update.error)
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={send}>
      <KeptFields draft={draft} errors={errors} />
      <KeyFields draft={draft} errors={errors} />
    </Form>
  )
}

type FieldsProps = { readonly draft: Draft<Values>; readonly errors: Readonly<Record<string, string>> }

function KeptFields({ draft: { values, set }, errors }: FieldsProps) {
  const { t } = useTranslation('settings')
  const field = { ...useFieldProps(), min: 1, allowDecimal: false }
  return (
    <>
      <FormSection title={t('privacy.log')} lead={t('privacy.logText')}>
        <NumberInput
          {...field}
          label={t('privacy.logDays')}
          placeholder={t('privacy.asServer')}
          max={daysMax}
          value={values.logDays ?? ''}
          error={errors['settings.requestLog.daysMax']}
          onChange={(value) => set('logDays', value === '' ? null : Number(value))}
        />
        <NumberInput
          {...field}
          label={t('privacy.logSize')}
          description={t('privacy.logSizeText')}
          placeholder={t('privacy.asServer')}
          max={mebibytesMax}
          value={values.logMebibytes ?? ''}
          error={errors['settings.requestLog.bytesMax']}
          onChange={(value) => set('logMebibytes', value === '' ? null : Number(value))}
        />
      </FormSection>
      <FormSection title={t('privacy.bin')} lead={t('privacy.binText')}>
        <NumberInput
          {...field}
          label={t('privacy.binDays')}
          max={daysMax}
          value={values.binDays}
          error={errors['settings.recycleBin.daysMax']}
          onChange={(value) => set('binDays', Number(value))}
        />
      </FormSection>
    </>
  )
}

function KeyFields({ draft: { values, set }, errors }: FieldsProps) {
  const { t } = useTranslation('settings')
  const field = useFieldProps()
  return (
    <FormSection title={t('privacy.keys')} lead={t('privacy.keysText')}>
      <NumberInput
        {...field}
        label={t('privacy.keyDays')}
        description={t('privacy.keyDaysText')}
        placeholder={t('privacy.noLimit')}
        min={1}
        max={keyDaysMax}
        allowDecimal={false}
        value={values.keyDays ?? ''}
        error={errors['settings.keys.daysMax']}
        onChange={(value) => set('keyDays', value === '' ? null : Number(value))}
      />
      <Select
        {...field}
        label={t('privacy.onLeak')}
        description={t('privacy.onLeakText')}
        allowDeselect={false}
        data={onLeaks.map((value) => ({ value, label: t(`privacy.leak.${value}`) }))}
        value={values.onLeak}
        onChange={(value) => set('onLeak', onLeaks.find((each) => each === value) ?? values.onLeak)}
      />
    </FormSection>
  )
}
