import { createProcessDeliverer } from '../../src/deliver-webhooks.ts'
import type { Deliverer } from '../../src/events/deliver.ts'
import { fanOut } from '../../src/events/fan-out.ts'
import type { TestApplication } from './application.ts'

/** What a worker does about webhooks within a second: writes down what is to be delivered, and delivers what is due. */
export function createWebhookWorker({ application }: Pick<TestApplication, 'application'>): () => Promise<void> {
  const { parts } = application
  const { signal } = new AbortController()
  let deliverer: Deliverer | undefined
  return async () => {
    await fanOut(parts.database, parts.clock)
    deliverer ??= createProcessDeliverer(parts)
    await deliverer.run(signal)
  }
}
