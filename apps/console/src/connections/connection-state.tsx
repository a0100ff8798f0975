import { useTranslation } from 'react-i18next'
import type { IconName } from '../ui/icons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { useNow } from '../ui/time.tsx'

const staleMs = 7 * 86_400_000

type Standing = 'waiting' | 'talking' | 'stale' | 'paused' | 'disabled'

const looks: { readonly [standing in Standing]: readonly [tone: Tone, icon: IconName] } = {
  waiting: ['info', 'clock'],
  talking: ['good', 'good'],
  stale: ['warn', 'warning'],
  paused: ['warn', 'pause'],
  disabled: ['quiet', 'minus'],
}

type ConnectionStateProps = { readonly state: 'active' | 'paused' | 'disabled'; readonly lastRequestAt: string | null }

/** Whether somebody talks to it: not yet, now, or no longer for a week. */
export function ConnectionState({ state, lastRequestAt }: ConnectionStateProps) {
  const { t } = useTranslation('connections')
  const now = useNow()
  const standing = state === 'active' ? toStanding(lastRequestAt, now) : state
  const [tone, icon] = looks[standing]
  return (
    <StateChip tone={tone} icon={icon}>
      {t(`state.${standing}`)}
    </StateChip>
  )
}

function toStanding(lastRequestAt: string | null, now: number): Standing {
  if (lastRequestAt === null) return 'waiting'
  return now - Date.parse(lastRequestAt) > staleMs ? 'stale' : 'talking'
}
