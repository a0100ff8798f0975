import { useTranslation } from 'react-i18next'
import { StateChip } from '../ui/state-chip.tsx'

export function AccountState({ state }: { readonly state: 'active' | 'disabled' }) {
  const { t } = useTranslation('access')
  return <StateChip tone={state === 'active' ? 'good' : 'quiet'}>{t(`state.${state}`)}</StateChip>
}
