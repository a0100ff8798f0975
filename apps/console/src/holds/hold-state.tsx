import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'
import type { IconName } from '../ui/icons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'

type State = EntryOf<'listHolds'>['state']

const looks: { readonly [state in State]: readonly [tone: Tone, icon: IconName] } = {
  open: ['warn', 'pause'],
  approved: ['good', 'good'],
  discarded: ['quiet', 'close'],
  expired: ['quiet', 'clock'],
  undone: ['info', 'retry'],
}

export function HoldState({ state }: { readonly state: State }) {
  const { t } = useTranslation('holds')
  const [tone, icon] = looks[state]
  return (
    <StateChip tone={tone} icon={icon}>
      {t(`state.${state}`)}
    </StateChip>
  )
}
