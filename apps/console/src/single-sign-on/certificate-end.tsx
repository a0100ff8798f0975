import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { useNow } from '../ui/time.tsx'

const dayMs = 86_400_000
/** From then on administrators are reminded, too. */
const soonDays = 30

/** How much longer a certificate counts. */
export function CertificateEnd({ at }: { readonly at: string | undefined }) {
  const { t } = useTranslation('singleSignOn')
  const formats = useFormats()
  const now = useNow()
  if (at === undefined) return <span>–</span>
  const left = Date.parse(at) - now
  const tone: Tone = left <= 0 ? 'bad' : left < soonDays * dayMs ? 'warn' : 'quiet'
  const date = formats.date(at)
  if (tone === 'quiet') return <span>{t('certificates.until', { date })}</span>
  return (
    <StateChip tone={tone}>
      {tone === 'bad' ? t('certificates.ended', { date }) : t('certificates.until', { date })}
    </StateChip>
  )
}
