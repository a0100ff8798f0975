import { MultiSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { eventGroups, shortName } from './event-uris.ts'

type EventsFieldProps = {
  readonly events: readonly string[]
  /** What an empty field means. */
  readonly placeholder?: string
  readonly isReadOnly?: boolean
  onChange(events: readonly string[]): void
}

/** Which security events a receiver is told of. */
export function EventsField({ events, placeholder, isReadOnly = false, onChange }: EventsFieldProps) {
  const { t } = useTranslation('securityEvents')
  return (
    <MultiSelect
      label={t('field.events')}
      description={t('field.eventsHelp')}
      placeholder={events.length === 0 ? placeholder : undefined}
      searchable
      clearable
      disabled={isReadOnly}
      data={eventGroups.map(({ name, uris }) => ({
        group: t(`group.${name}`),
        items: uris.map((value) => ({ value, label: shortName(value) })),
      }))}
      value={[...events]}
      onChange={onChange}
    />
  )
}
