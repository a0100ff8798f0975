import { useTranslation } from 'react-i18next'
import { StateChip } from '../ui/state-chip.tsx'
import { useSessionWords, type SessionEntry } from './session-words.ts'

export function SessionState({ session }: { readonly session: SessionEntry }) {
  const { t } = useTranslation('sessions')
  const words = useSessionWords()
  if (session.endedAt !== null) return <StateChip tone="quiet">{words.endReason(session)}</StateChip>
  if (session.stage === 'secondStep')
    return (
      <StateChip tone="warn" icon="clock">
        {t('state.secondStep')}
      </StateChip>
    )
  return <StateChip tone="good">{t('state.open')}</StateChip>
}
