import { createDeliverer, type Deliverer } from './events/deliver.ts'
import { openVault } from './events/webhook-secret.ts'
import { observeDeliveries } from './events/webhook-metrics.ts'
import type { Parts } from './parts.ts'
import { formatTypeId } from './type-id.ts'

/** The deliverer of this process. */
export function createProcessDeliverer(parts: Parts): Deliverer {
  const { database, clock, logger, outboundSender: sender, encryption, metrics } = parts
  return createDeliverer({
    database,
    clock,
    logger,
    sender,
    observe: observeDeliveries(metrics.registry),
    openVault: () => openVault(database, encryption, clock()),
    sourceOf: (id) => `${parts.publicUrl().href}/api/v1/organizations/${formatTypeId('org', id)}`,
  })
}
