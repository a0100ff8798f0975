import { useTranslation } from 'react-i18next'
import { StateChip, type Tone } from '../ui/state-chip.tsx'

const tones: { readonly [situation in string]?: Tone } = {
  ambiguous: 'warn',
  taken: 'warn',
  asked: 'warn',
  escrowed: 'bad',
  ownedElsewhere: 'warn',
  new: 'info',
  upcoming: 'info',
  linked: 'good',
  confirmed: 'good',
}

export function RecordSituation({ situation }: { readonly situation: string }) {
  const { t } = useTranslation('sources')
  const text = t(`situation.${situation}`, { defaultValue: situation })
  return <StateChip tone={tones[situation] ?? 'quiet'}>{text}</StateChip>
}
