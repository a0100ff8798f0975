export const deliveryStates = ['waiting', 'delivered', 'failed'] as const
export type DeliveryStateName = (typeof deliveryStates)[number]

/** The list of endpoints, or the catalog of events with its words and the type that is open. */
export type WebhooksSearch = {
  readonly tab?: 'catalog'
  readonly q?: string | undefined
  readonly type?: string | undefined
  readonly new?: true
}

export function toWebhooksSearch({ tab, q, type, new: isMaking }: Record<string, unknown>): WebhooksSearch {
  return {
    ...(tab === 'catalog' && { tab }),
    ...(typeof q === 'string' && q !== '' && { q }),
    ...(typeof type === 'string' && type !== '' && { type }),
    ...(isMaking === true && { new: true }),
  }
}

/** What was sent, narrowed, and which one is open; or the settings. */
export type WebhookSearch = {
  readonly tab?: 'settings'
  readonly state?: DeliveryStateName | undefined
  readonly type?: string | undefined
  readonly open?: string | undefined
}

export function toWebhookSearch({ tab, state, type, open }: Record<string, unknown>): WebhookSearch {
  const known = deliveryStates.find((each) => each === state)
  return {
    ...(tab === 'settings' && { tab }),
    ...(known !== undefined && { state: known }),
    ...(typeof type === 'string' && type !== '' && { type }),
    ...(typeof open === 'string' && open !== '' && { open }),
  }
}
