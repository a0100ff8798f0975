import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import type { IconName } from '../ui/icons.tsx'

type State = EntryOf<'listPeople'>['state']

const looks: { readonly [state in State]: readonly [tone: Tone, icon: IconName] } = {
  active: ['good', 'good'],
  pending: ['info', 'clock'],
  suspended: ['warn', 'pause'],
  deprovisioned: ['quiet', 'remove'],
}

export function UserState({ state }: { readonly state: State }) {
  const { t } = useTranslation('users')
  const [tone, icon] = looks[state]
  return (
    <StateChip tone={tone} icon={icon}>
      {t(`state.${state}`)}
    </StateChip>
  )
}
