import { Select } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { currentLanguage } from '../i18n/language.ts'

type TimeZoneFieldProps = {
  readonly value: string
  readonly error: string | undefined
  readonly disabled: boolean
  onChange(value: string): void
}

const shownMax = 100

/** All zones that the browser knows, with how far each is from UTC now. */
export function TimeZoneField({ value, error, disabled, onChange }: TimeZoneFieldProps) {
  const { t } = useTranslation('settings')
  const zones = useMemo(() => toZones(value), [value])
  return (
    <Select
      label={t('general.timeZone')}
      description={t('general.timeZoneText')}
      searchable
      allowDeselect={false}
      limit={shownMax}
      nothingFoundMessage={t('general.noTimeZone')}
      data={zones}
      value={value}
      error={error}
      disabled={disabled}
      onChange={(chosen) => onChange(chosen ?? value)}
    />
  )
}

/** What is stored stands among them, also where this browser does not know it. */
function toZones(stored: string) {
  const names = new Set([stored, 'UTC', ...Intl.supportedValuesOf('timeZone')])
  return [...names].toSorted().map((name) => ({ value: name, label: `${name} (${toOffset(name)})` }))
}

function toOffset(timeZone: string): string {
  try {
    const parts = new Intl.DateTimeFormat(currentLanguage(), { timeZone, timeZoneName: 'longOffset' }).formatToParts()
    const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
    return offset.replace('GMT', 'UTC')
  } catch {
    return '–'
  }
}
