import { createDeliverer, type Deliverer } from './events/deliver.ts'
import { toEventSource } from './events/webhook-body.ts'
import { openVault } from './events/webhook-secret.ts'
import { observeDeliveries } from './events/webhook-metrics.ts'
import type { Parts } from './parts.ts'

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
    sourceOf: (id) => toEventSource(parts.publicUrl(), id),
  })
}
