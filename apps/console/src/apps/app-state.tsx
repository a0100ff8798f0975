import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import type { IconName } from '../ui/icons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'

type State = RouteAnswer<'getApp'>['state']
export type Health = RouteAnswer<'getAppHealth'>['health']

const looks: { readonly [state in State]: readonly [tone: Tone, icon: IconName] } = {
  draft: ['quiet', 'edit'],
  active: ['good', 'play'],
  paused: ['warn', 'pause'],
  stopping: ['info', 'clock'],
  stopped: ['quiet', 'minus'],
}

const healthLooks: { readonly [health in Health]: readonly [tone: Tone, icon: IconName] } = {
  healthy: ['good', 'good'],
  degraded: ['warn', 'warning'],
  quarantined: ['bad', 'quarantine'],
  probing: ['info', 'health'],
}

export function AppState({ state }: { readonly state: State }) {
  const { t } = useTranslation('apps')
  const [tone, icon] = looks[state]
  return (
    <StateChip tone={tone} icon={icon}>
      {t(`state.${state}`)}
    </StateChip>
  )
}

export function AppHealth({ health }: { readonly health: Health }) {
  const { t } = useTranslation('apps')
  const [tone, icon] = healthLooks[health]
  return (
    <StateChip tone={tone} icon={icon}>
      {t(`health.${health}`)}
    </StateChip>
  )
}
