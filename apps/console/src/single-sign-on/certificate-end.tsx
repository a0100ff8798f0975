import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { StateChip } from '../ui/state-chip.tsx'
import { useNow } from '../ui/time.tsx'

const dayMs = 86_400_000
/** From then on administrators are reminded, too. */
const soonDays = 30

/** Whether a certificate has ended, ends soon, or neither. */
export function stateOfEnd(at: string, now: number): 'ended' | 'soon' | 'later' {
  const left = Date.parse(at) - now
  return left <= 0 ? 'ended' : left < soonDays * dayMs ? 'soon' : 'later'
}

/** How much longer a certificate counts. */
export function CertificateEnd({ at }: { readonly at: string | undefined }) {
  const { t } = useTranslation('singleSignOn')
  const formats = useFormats()
  const now = useNow()
  if (at === undefined) return <span>–</span>
  const date = formats.date(at)
  switch (stateOfEnd(at, now)) {
    case 'ended':
      return <StateChip tone="bad">{t('certificates.ended', { date })}</StateChip>
    case 'soon':
      return <StateChip tone="warn">{t('certificates.until', { date })}</StateChip>
    default:
      return <span>{t('certificates.until', { date })}</span>
  }
}
