import { NumberInput, Select, Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ExpressionField } from '../ui/expression-field.tsx'
import { FormSection } from '../ui/form.tsx'
import type { PartProps } from './rules-editor.tsx'
import type { Rules } from './rules.ts'

const zones = Intl.supportedValuesOf('timeZone')
const policies = ['nothing', 'suspend', 'suspendThenDelete', 'delete'] as const
const rescinded = ['keep', 'delete'] as const
const dateColumns = ['activeFrom', 'activeUntil', 'effectiveDate', 'timeZone'] as const
const shownSamples = 3
const activeTarget = { name: 'active', type: 'boolean' } as const

/** First day, last day, who counts as active, and what becomes of those who leave. */
export function DatesPart(props: PartProps) {
  const { rules, onChange } = props
  const set = (part: Partial<Lifecycle>): void =>
    onChange({ ...rules, lifecycle: omitEmpty({ ...rules.lifecycle, ...part }) })
  return (
    <>
      <Dates {...props} set={set} />
      <Active {...props} set={set} />
      <Leaving {...props} />
    </>
  )
}

type Lifecycle = Rules['lifecycle']
type LifecycleProps = PartProps & { set(part: Partial<Lifecycle>): void }

function Dates({ rules: { lifecycle }, columns, isReadOnly, set }: LifecycleProps) {
  const { t } = useTranslation('sourceRules')
  const names = columns.map(({ name }) => name)
  const field = { disabled: isReadOnly } as const
  return (
    <FormSection title={t('dates.title')} lead={t('dates.lead')}>
      {dateColumns.map((part) => (
        <Select
          key={part}
          {...field}
          label={t(`dates.${part}`)}
          placeholder={t('dates.noColumn')}
          data={lifecycle[part] === undefined || names.includes(lifecycle[part]) ? names : [lifecycle[part], ...names]}
          searchable
          clearable
          value={lifecycle[part] ?? null}
          onChange={(name) => set({ [part]: name ?? undefined })}
        />
      ))}
      <Select
        {...field}
        label={t('dates.defaultTimeZone')}
        allowDeselect={false}
        searchable
        data={zones.includes(lifecycle.defaultTimeZone) ? zones : [lifecycle.defaultTimeZone, ...zones]}
        value={lifecycle.defaultTimeZone}
        onChange={(zone) => set({ defaultTimeZone: zone ?? 'UTC' })}
      />
      <NumberInput
        {...field}
        label={t('dates.ahead')}
        description={t('dates.aheadHelp')}
        min={0}
        max={365}
        allowDecimal={false}
        value={lifecycle.createDaysAhead}
        onChange={(days) => set({ createDaysAhead: Number(days) })}
      />
    </FormSection>
  )
}

function Active({ rules: { lifecycle, tables }, columns, samples, isReadOnly, set }: LifecycleProps) {
  const { t } = useTranslation('sourceRules')
  const field = { disabled: isReadOnly } as const
  return (
    <FormSection title={t('active.title')} lead={t('active.lead')}>
      <ExpressionField
        label={t('active.expression')}
        value={lifecycle.active ?? ''}
        onChange={(active) => set({ active })}
        source={columns}
        target={activeTarget}
        samples={samples.slice(0, shownSamples)}
        surroundings={{ tables }}
        isReadOnly={isReadOnly}
      />
      <Switch
        {...field}
        label={t('active.createInactive')}
        checked={lifecycle.createInactive}
        onChange={(event) => set({ createInactive: event.currentTarget.checked })}
      />
      <Select
        {...field}
        label={t('active.rescinded')}
        allowDeselect={false}
        data={rescinded.map((value) => ({ value, label: t(`active.rescindedName.${value}`) }))}
        value={lifecycle.onRescinded}
        onChange={(value) => set({ onRescinded: rescinded.find((each) => each === value) ?? 'keep' })}
      />
    </FormSection>
  )
}

function Leaving({ rules, isReadOnly, onChange }: PartProps) {
  const { t } = useTranslation('sourceRules')
  const { leaving } = rules
  const set = (part: Partial<Rules['leaving']>): void =>
    onChange({ ...rules, leaving: omitEmpty({ ...leaving, ...part }) })
  const field = { disabled: isReadOnly } as const
  const data = policies.map((value) => ({ value, label: t(`leaving.policies.${value}`) }))
  return (
    <FormSection title={t('leaving.title')} lead={t('leaving.lead')}>
      <Select
        {...field}
        label={t('leaving.policy')}
        allowDeselect={false}
        data={data}
        value={leaving.policy}
        onChange={(value) => set({ policy: policies.find((each) => each === value) ?? 'suspend' })}
      />
      <NumberInput
        {...field}
        label={t('leaving.absentReads')}
        min={1}
        max={10}
        allowDecimal={false}
        value={leaving.absentReads}
        onChange={(reads) => set({ absentReads: Number(reads) })}
      />
      <Select
        {...field}
        label={t('leaving.inactive')}
        placeholder={t('leaving.inactiveSame')}
        clearable
        data={data}
        value={leaving.inactive ?? null}
        onChange={(value) => set({ inactive: policies.find((each) => each === value) })}
      />
      <NumberInput
        {...field}
        label={t('leaving.grace')}
        min={0}
        max={365}
        allowDecimal={false}
        value={leaving.graceDays}
        onChange={(days) => set({ graceDays: Number(days) })}
      />
    </FormSection>
  )
}

/** What is cleared is left out of the document. */
function omitEmpty<Part extends object>(part: Part): Part {
  // Only members that may be absent are ever cleared.
  return Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined && value !== '')) as Part
}
