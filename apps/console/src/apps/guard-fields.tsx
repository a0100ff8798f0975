import { NumberInput, Select } from '@mantine/core'
import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { FormSection, type Draft } from '../ui/form.tsx'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const percent = 100

type Gate = RouteAnswer<'getApp'>['numbers']['gate']
type Overrides = NonNullable<NonNullable<RouteBody<'updateApp'>['settings']>['overrides']>

export type GuardValues = {
  readonly guard: 'rolling' | 'cycle' | 'off'
  readonly guardPercent: number
  readonly guardMin: number
  readonly guardMax: number
  readonly guardHours: number
  readonly guardThreshold: number
  readonly guardDays: number
}

/** What stands in fields of the other kind until somebody chooses it. */
const first = { guardPercent: 5, guardMin: 20, guardMax: 500, guardHours: 24, guardThreshold: 500 } as const

export function toGuardValues(gate: Gate): GuardValues {
  const guardDays = Math.max(1, Math.round(gate.holdLapsesMs / dayMs))
  if (gate.kind === 'cycle') {
    const { threshold } = gate
    if (threshold === null) return { ...first, guard: 'off', guardDays }
    return { ...first, guard: 'cycle', guardThreshold: threshold, guardDays }
  }
  return {
    ...first,
    guard: 'rolling',
    guardPercent: Math.round(gate.share * percent * percent) / percent,
    guardMin: gate.min,
    guardMax: gate.max,
    guardHours: Math.max(1, Math.round(gate.windowMs / hourMs)),
    guardDays,
  }
}

/** `off` is what the set of numbers says where nothing takes its place. */
export function withGuard(before: Overrides, values: GuardValues): Overrides {
  const { gate: _gate, ...overrides } = before
  const holdLapsesMs = values.guardDays * dayMs
  if (values.guard === 'off') return overrides
  if (values.guard === 'cycle')
    return { ...overrides, gate: { kind: 'cycle', threshold: values.guardThreshold, holdLapsesMs } }
  return {
    ...overrides,
    gate: {
      kind: 'rolling',
      windowMs: values.guardHours * hourMs,
      share: values.guardPercent / percent,
      min: values.guardMin,
      max: values.guardMax,
      holdLapsesMs,
    },
  }
}

type GuardFieldsProps = {
  readonly draft: Pick<Draft<GuardValues>, 'values' | 'set'>
  /** Only the numbers of Microsoft Entra ID know no guard. */
  readonly mayBeOff: boolean
  readonly isReadOnly: boolean
  readonly errors: Readonly<Record<string, string>>
}

/** How much may be disabled, deleted or emptied before a person is asked. */
export function GuardFields({ draft, mayBeOff, isReadOnly, errors }: GuardFieldsProps) {
  const { t } = useTranslation('apps')
  const { values, set } = draft
  const kinds = ['rolling', 'cycle', ...(mayBeOff || values.guard === 'off' ? (['off'] as const) : [])] as const
  const number = (name: Exclude<keyof GuardValues, 'guard'>, field: string, max: number, min = 0) => (
    <NumberInput
      key={name}
      disabled={isReadOnly}
      label={t(`guard.${name}`)}
      min={min}
      max={max}
      allowDecimal={name === 'guardPercent'}
      value={values[name]}
      error={errors[`settings.overrides.gate.${field}`]}
      onChange={(value) => set(name, Number(value))}
    />
  )
  return (
    <FormSection title={t('gate.title')} lead={t('guard.text')}>
      <Select
        disabled={isReadOnly}
        allowDeselect={false}
        label={t('guard.kind')}
        data={kinds.map((value) => ({ value, label: t(`guard.kinds.${value}`) }))}
        value={values.guard}
        onChange={(value) => set('guard', kinds.find((each) => each === value) ?? 'rolling')}
      />
      {values.guard === 'rolling' && [
        number('guardPercent', 'share', percent),
        number('guardMin', 'min', 1_000_000),
        number('guardMax', 'max', 1_000_000),
        number('guardHours', 'windowMs', 366 * 24, 1),
      ]}
      {values.guard === 'rolling' && (
        <p>{t('guard.sentence', { percent: values.guardPercent, min: values.guardMin, max: values.guardMax })}</p>
      )}
      {values.guard === 'cycle' && number('guardThreshold', 'threshold', 1_000_000)}
      {values.guard !== 'off' && number('guardDays', 'holdLapsesMs', 366, 1)}
    </FormSection>
  )
}
