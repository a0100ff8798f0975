import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { effects, signalNames, type Effects } from './effects.ts'

type EffectFieldsProps = { readonly chosen: Effects; readonly isReadOnly?: boolean; onChange(chosen: Effects): void }

/** What each signal does to the person whom it names. */
export function EffectFields({ chosen, isReadOnly = false, onChange }: EffectFieldsProps) {
  const { t } = useTranslation('securityEvents')
  return signalNames.map((name) => (
    <Select
      key={name}
      label={t(`signal.${name}`)}
      description={t(`signalHelp.${name}`)}
      allowDeselect={false}
      disabled={isReadOnly}
      data={effects[name].map((value) => ({ value, label: t(`effect.${value}`) }))}
      value={chosen[name]}
      onChange={(value) => onChange({ ...chosen, [name]: value ?? chosen[name] })}
    />
  ))
}
