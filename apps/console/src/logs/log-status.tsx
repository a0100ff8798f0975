import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'
import { StateChip, type Tone } from '../ui/state-chip.tsx'

type Status = EntryOf<'listProvisioningLog'>['status']

const tones: { readonly [status in Status]: Tone } = {
  success: 'good',
  failure: 'bad',
  skipped: 'quiet',
  warning: 'warn',
}

export function LogStatus({ status }: { readonly status: Status }) {
  const { t } = useTranslation('logs')
  return <StateChip tone={tones[status]}>{t(`status.${status}`)}</StateChip>
}
