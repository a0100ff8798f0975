import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'
import { StateChip, type Tone } from '../ui/state-chip.tsx'

type State = EntryOf<'listAppCycles'>['state']

const tones: { readonly [state in State]: Tone } = {
  evaluating: 'info',
  exporting: 'info',
  done: 'good',
  cancelled: 'quiet',
  failed: 'bad',
}

export function CycleState({ state }: { readonly state: State }) {
  const { t } = useTranslation('apps')
  return <StateChip tone={tones[state]}>{t(`cycleState.${state}`)}</StateChip>
}
