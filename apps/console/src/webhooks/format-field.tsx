import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Webhook } from './webhook-state.tsx'

const formats = ['standard', 'cloudEvents'] as const

type FormatFieldProps = {
  readonly format: Webhook['format']
  readonly isReadOnly?: boolean
  onChange(format: Webhook['format']): void
}

export function FormatField({ format, isReadOnly = false, onChange }: FormatFieldProps) {
  const { t } = useTranslation('webhooks')
  return (
    <Select
      label={t('field.format')}
      description={t(`format.${format}Help`)}
      allowDeselect={false}
      disabled={isReadOnly}
      data={formats.map((value) => ({ value, label: t(`format.${value}`) }))}
      value={format}
      onChange={(value) => onChange(formats.find((each) => each === value) ?? format)}
    />
  )
}
