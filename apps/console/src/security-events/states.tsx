import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'
import { StateChip } from '../ui/state-chip.tsx'

export type EventStream = EntryOf<'listEventStreams'>
export type Transmitter = EntryOf<'listTransmitters'>

/** Whether a receiver is told, and takes what it is told. */
export function EventStreamState({ of: { state, failingSince } }: { readonly of: EventStream }) {
  const { t } = useTranslation('securityEvents')
  if (state === 'enabled' && failingSince !== null) return <StateChip tone="warn">{t('state.failing')}</StateChip>
  if (state === 'enabled') return <StateChip tone="good">{t('state.enabled')}</StateChip>
  return state === 'paused' ? (
    <StateChip tone="warn" icon="pause">
      {t('state.paused')}
    </StateChip>
  ) : (
    <StateChip tone="quiet">{t('state.disabled')}</StateChip>
  )
}

/** Whether somebody's signals are acted on, and whether any has come. */
export function TransmitterState({ of: { state, lastError, lastReceivedAt } }: { readonly of: Transmitter }) {
  const { t } = useTranslation('securityEvents')
  if (state === 'disabled') return <StateChip tone="quiet">{t('state.disabled')}</StateChip>
  if (lastError !== null) return <StateChip tone="bad">{t('state.refused')}</StateChip>
  if (lastReceivedAt === null)
    return (
      <StateChip tone="info" icon="clock">
        {t('state.waiting')}
      </StateChip>
    )
  return <StateChip tone="good">{t('state.enabled')}</StateChip>
}

/** The name of a stream: what somebody wrote about it, else where it goes. */
export function nameOfStream({ description, endpointUrl }: Pick<EventStream, 'description' | 'endpointUrl'>): string {
  return description === null || description === '' ? endpointUrl : description
}
