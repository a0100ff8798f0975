import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'
import { StateChip } from '../ui/state-chip.tsx'

export type LogStream = EntryOf<'listAuditStreams'>

const tones = { ok: 'good', failing: 'bad', paused: 'quiet' } as const

/** Whether what is sealed arrives. */
export function StreamState({ of: { health } }: { readonly of: LogStream }) {
  const { t } = useTranslation('logStreams')
  return (
    <StateChip tone={tones[health.status]} {...(health.status === 'paused' && { icon: 'pause' as const })}>
      {t(`state.${health.status}`)}
    </StateChip>
  )
}
