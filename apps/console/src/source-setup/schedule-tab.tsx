import { NumberInput, Select, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api/call.ts'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Form, FormSection, useDraft, type Draft } from '../ui/form.tsx'
import { showToast } from '../ui/toast.ts'
import type { Source } from '../sources/states.tsx'
import { fromSchedule, rhythms, toSchedule, type WrittenSchedule } from './schedule-fields.ts'
import styles from './setup.module.css'

const zones = Intl.supportedValuesOf('timeZone')
const ownZone = new Intl.DateTimeFormat().resolvedOptions().timeZone
const approvals = ['auto', 'always', 'never'] as const
type Values = WrittenSchedule & { readonly fullEveryHours: number; readonly approval: (typeof approvals)[number] }

/** When it is read by itself, in which zone, and whether somebody looks at the plan before. */
export function ScheduleTab({ source }: { readonly source: Source }) {
  const { t } = useTranslation('sourceSetup')
  const can = useCan()
  const draft = useDraft<Values>({
    ...fromSchedule(source.settings.schedule, ownZone),
    fullEveryHours: source.settings.fullEveryHours,
    approval: source.settings.approval,
  })
  const { values, set } = draft
  const update = useChange('updateSource', { stale: ['getSource', 'listSources'] })
  const isReadOnly = !can('sources:manage')
  const save = (): void => {
    const { fullEveryHours, approval } = values
    const settings = { ...source.settings, schedule: toSchedule(values), fullEveryHours, approval }
    update.mutate(
      { params: { source: source.id }, body: { settings }, ifMatch: `"${source.version}"` },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('schedule.saved') })
        },
      },
    )
  }
  return (
    <div className={styles.settings}>
      <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save} isTab>
        <FormSection title={t('schedule.title')} lead={t('schedule.lead')}>
          <RhythmFields draft={draft} errors={fieldErrorsOf(update.error)} isReadOnly={isReadOnly} />
          <NextTimes values={values} />
        </FormSection>
        <FormSection title={t('schedule.full')} lead={t('schedule.fullLead')}>
          <NumberInput
            label={t('schedule.fullEvery')}
            min={1}
            max={744}
            allowDecimal={false}
            disabled={isReadOnly}
            value={values.fullEveryHours}
            onChange={(value) => set('fullEveryHours', Number(value))}
          />
        </FormSection>
        <FormSection title={t('schedule.approval')} lead={t('schedule.approvalLead')}>
          <Select
            allowDeselect={false}
            label={t('schedule.approvalWhen')}
            disabled={isReadOnly}
            data={approvals.map((value) => ({ value, label: t(`approval.${value}`) }))}
            value={values.approval}
            onChange={(value) => set('approval', approvals.find((each) => each === value) ?? 'auto')}
          />
        </FormSection>
      </Form>
    </div>
  )
}

type RhythmFieldsProps = {
  readonly draft: Draft<Values>
  readonly errors: Readonly<Record<string, string>>
  readonly isReadOnly: boolean
}

function RhythmFields({ draft: { values, set }, errors, isReadOnly }: RhythmFieldsProps) {
  const { t } = useTranslation('sourceSetup')
  const { rhythm } = values
  return (
    <>
      <Select
        allowDeselect={false}
        label={t('schedule.rhythm')}
        disabled={isReadOnly}
        data={rhythms.map((value) => ({ value, label: t(`rhythm.${value}`) }))}
        value={rhythm}
        onChange={(value) => set('rhythm', rhythms.find((each) => each === value) ?? 'none')}
      />
      {rhythm === 'interval' && (
        <NumberInput
          label={t('schedule.minutes')}
          min={1}
          max={44_640}
          allowDecimal={false}
          disabled={isReadOnly}
          value={values.minutes}
          onChange={(value) => set('minutes', Math.max(1, Number(value)))}
        />
      )}
      {(rhythm === 'daily' || rhythm === 'weekdays') && (
        <TextInput
          type="time"
          label={t('schedule.time')}
          disabled={isReadOnly}
          value={values.time}
          onChange={(event) => set('time', event.currentTarget.value)}
        />
      )}
      {rhythm === 'cron' && (
        <TextInput
          label={t('schedule.cron')}
          description={t('schedule.cronHelp')}
          disabled={isReadOnly}
          spellCheck={false}
          value={values.cron}
          error={errors['settings.schedule.cron']}
          onChange={(event) => set('cron', event.currentTarget.value)}
        />
      )}
      {rhythm !== 'none' && rhythm !== 'interval' && (
        <Select
          allowDeselect={false}
          searchable
          label={t('schedule.zone')}
          disabled={isReadOnly}
          data={zones.includes(values.timeZone) ? zones : [values.timeZone, ...zones]}
          value={values.timeZone}
          onChange={(value) => set('timeZone', value ?? ownZone)}
        />
      )}
    </>
  )
}

/** The next three times, worked out by whoever keeps them. */
function NextTimes({ values }: { readonly values: WrittenSchedule }) {
  const { t } = useTranslation('sourceSetup')
  const formats = useFormats()
  const organization = useOrganizationSlug()
  const schedule = toSchedule(values)
  const { data, error } = useQuery({
    queryKey: ['previewSourceSchedule', organization, schedule],
    queryFn: ({ signal }) =>
      call('previewSourceSchedule', { params: { organization }, body: { schedule } }, { signal }),
    placeholderData: keepPreviousData,
    retry: false,
    enabled: schedule.kind !== 'none',
  })
  if (schedule.kind === 'none') return <p className={styles.quiet}>{t('schedule.byHand')}</p>
  if (error !== null) return <ErrorBlock error={error} />
  if (data === undefined) return null
  return (
    <div>
      <p className={styles.quiet}>{t('schedule.next', { zone: ownZone })}</p>
      <ol className={styles.next}>
        {data.next.map((at) => (
          <li key={at}>
            <time dateTime={at}>{formats.instant(at)}</time>
          </li>
        ))}
      </ol>
    </div>
  )
}
