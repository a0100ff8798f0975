import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'
import { StateChip } from '../ui/state-chip.tsx'

export type Webhook = EntryOf<'listWebhooks'>

/** On, on but nothing arrives, or off, and by whom. */
export function WebhookState({ of: { state, disabledReason, failingSince } }: { readonly of: Webhook }) {
  const { t } = useTranslation('webhooks')
  if (state === 'disabled')
    return disabledReason === 'manual' || disabledReason === null ? (
      <StateChip tone="quiet">{t('state.disabled')}</StateChip>
    ) : (
      <StateChip tone="bad">{t(`state.${disabledReason}`)}</StateChip>
    )
  if (failingSince !== null) return <StateChip tone="warn">{t('state.troubled')}</StateChip>
  return <StateChip tone="good">{t('state.enabled')}</StateChip>
}

/** The same as a word, for the CSV. */
export function stateWord({ state, failingSince }: Webhook): string {
  return state === 'enabled' && failingSince !== null ? 'failing' : state
}

/** Which events an endpoint is told of. */
export function useTypesWord(): (types: readonly string[]) => string {
  const { t } = useTranslation('webhooks')
  return (types) => (types.length === 0 ? t('allTypes') : types.join(', '))
}
