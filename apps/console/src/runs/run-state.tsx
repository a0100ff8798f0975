import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'
import type { IconName } from '../ui/icons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'

type State = EntryOf<'listRuns'>['state']

const looks: { readonly [state in State]: readonly [tone: Tone, icon: IconName] } = {
  queued: ['quiet', 'clock'],
  running: ['info', 'runs'],
  done: ['good', 'good'],
  failed: ['bad', 'error'],
}

export function RunState({ state }: { readonly state: State }) {
  const { t } = useTranslation('runs')
  const [tone, icon] = looks[state]
  return (
    <StateChip tone={tone} icon={icon}>
      {t(`state.${state}`)}
    </StateChip>
  )
}
