import { useTranslation } from 'react-i18next'
import { StateChip } from '../ui/state-chip.tsx'

/** How it ended. */
export function ResultChip({ result }: { readonly result: 'success' | 'failure' }) {
  const { t } = useTranslation('audit')
  return <StateChip tone={result === 'success' ? 'good' : 'bad'}>{t(`result.${result}`)}</StateChip>
}
