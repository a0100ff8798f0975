import type { Config } from '../../config.ts'

/** Where mails go: to the server that is configured, or nowhere, then administrators read them. */
export function toMailDelivery({ smtp }: Pick<Config, 'smtp'>): 'smtp' | 'outbox' {
  return smtp === undefined ? 'outbox' : 'smtp'
}
