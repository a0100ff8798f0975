import { NumberInput, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { Form, FormSection, useDraft, type Draft } from '../ui/form.tsx'
import { showToast } from '../ui/toast.ts'
import type { Source } from '../sources/states.tsx'
import { ConnectionForm } from './connection-form.tsx'
import { DeleteSource } from './delete-source.tsx'
import { WriteBackForm } from './write-back-form.tsx'
import styles from './setup.module.css'
import { TagsField } from '../ui/tags-field.tsx'

/** Name, who is told, what is held; where it is; what it is told; the end. */
export function SettingsTab({ source }: { readonly source: Source }) {
  const can = useCan()
  const isReadOnly = !can('sources:manage')
  return (
    <div className={styles.settings}>
      <GeneralForm source={source} isReadOnly={isReadOnly} />
      {source.place.kind !== 'upload' && <ConnectionForm source={source} isReadOnly={isReadOnly} />}
      <WriteBackForm source={source} isReadOnly={isReadOnly} />
      {!isReadOnly && <DeleteSource source={source} />}
    </div>
  )
}

const dayMs = 86_400_000
const offDays = 7

function toValues({ name, precedence, settings: { guards, notify } }: Source) {
  const { shrinkPercent, growPercent, emptyPercent, badPercent, badMin, off } = guards
  return {
    name,
    precedence,
    notify,
    shrinkPercent,
    growPercent,
    emptyPercent,
    badPercent,
    badMin,
    isOff: off !== undefined,
    offReason: off?.reason ?? '',
    offUntil: (off?.until ?? new Date(Date.now() + offDays * dayMs).toISOString()).slice(0, 10),
  }
}

type Values = ReturnType<typeof toValues>

function GeneralForm({ source, isReadOnly }: { readonly source: Source; readonly isReadOnly: boolean }) {
  const { t } = useTranslation('sourceSetup')
  const draft = useDraft(toValues(source))
  const { values, set } = draft
  const update = useChange('updateSource', { stale: ['getSource', 'listSources', 'getAttributes'] })
  const errors = fieldErrorsOf(update.error)
  const save = (): void => {
    const { name, precedence, notify, isOff, offReason, offUntil, ...numbers } = values
    const off = isOff ? { off: { reason: offReason, until: new Date(offUntil).toISOString() } } : {}
    const settings = { ...source.settings, notify: [...notify], guards: { ...numbers, ...off } }
    update.mutate(
      { params: { source: source.id }, body: { name, precedence, settings }, ifMatch: `"${source.version}"` },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('settings.saved') })
        },
      },
    )
  }
  const field = { disabled: isReadOnly } as const
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save} isTab>
      <FormSection title={t('settings.general')} lead={t('settings.generalLead')}>
        <TextInput
          {...field}
          label={t('field.name')}
          value={values.name}
          error={errors['name']}
          onChange={(event) => set('name', event.currentTarget.value)}
        />
        <NumberInput
          {...field}
          label={t('settings.precedence')}
          description={t('settings.precedenceHelp')}
          min={1}
          max={1_000}
          allowDecimal={false}
          value={values.precedence}
          onChange={(value) => set('precedence', Number(value))}
        />
        <TagsField
          {...field}
          label={t('settings.notify')}
          description={t('settings.notifyHelp')}
          value={[...values.notify]}
          error={Object.entries(errors).find(([name]) => name.startsWith('settings.notify'))?.[1]}
          onChange={(notify) => set('notify', notify)}
        />
      </FormSection>
      <GuardFields draft={draft} errors={errors} isReadOnly={isReadOnly} />
    </Form>
  )
}

const percents = ['shrinkPercent', 'growPercent', 'emptyPercent', 'badPercent'] as const

type GuardFieldsProps = {
  readonly draft: Draft<Values>
  readonly errors: Readonly<Record<string, string>>
  readonly isReadOnly: boolean
}

function GuardFields({ draft: { values, set }, errors, isReadOnly }: GuardFieldsProps) {
  const { t } = useTranslation('sourceSetup')
  const field = { disabled: isReadOnly } as const
  return (
    <FormSection title={t('guard.title')} lead={t('guard.lead')}>
      {percents.map((name) => (
        <NumberInput
          key={name}
          {...field}
          label={t(`guard.${name}`)}
          min={0}
          max={name === 'growPercent' ? 1_000 : 100}
          suffix=" %"
          value={values[name]}
          onChange={(value) => set(name, Number(value))}
        />
      ))}
      <NumberInput
        {...field}
        label={t('guard.badMin')}
        min={1}
        allowDecimal={false}
        value={values.badMin}
        onChange={(value) => set('badMin', Number(value))}
      />
      <Switch
        {...field}
        label={t('guard.off')}
        description={t('guard.offHelp')}
        checked={values.isOff}
        onChange={(event) => set('isOff', event.currentTarget.checked)}
      />
      {values.isOff && (
        <>
          <TextInput
            {...field}
            label={t('guard.offReason')}
            withAsterisk
            value={values.offReason}
            error={errors['settings.guards.off.reason']}
            onChange={(event) => set('offReason', event.currentTarget.value)}
          />
          <TextInput
            {...field}
            type="date"
            label={t('guard.offUntil')}
            value={values.offUntil}
            error={errors['settings.guards.off.until']}
            onChange={(event) => set('offUntil', event.currentTarget.value)}
          />
        </>
      )}
    </FormSection>
  )
}
