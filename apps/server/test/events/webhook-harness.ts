import assert from 'node:assert/strict'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import type { TestApplicationOptions } from '../harness/application.ts'
import { createWebhookWorker } from '../harness/webhook-worker.ts'

export type WebhookHarness = AdminHarness & {
  /** What a worker does within a second: writes down what is to be delivered, and delivers what is due. */
  work(): Promise<void>
  createWebhook(slug: string, body: object): Promise<{ readonly id: string; readonly secret: string }>
  /** Something happens: a person is made over SCIM. */
  provision(key: string, userName: string): Promise<Reply>
  deliveries(slug: string, id: string, query?: string): Promise<readonly any[]> // oxlint-disable-line typescript/no-explicit-any -- tests look into answers freely
}

export async function createWebhookHarness(options: TestApplicationOptions = {}): Promise<WebhookHarness> {
  const admin = await createAdminHarness({
    ...options,
    settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8', ...options.settings },
  })
  return {
    ...admin,
    work: createWebhookWorker(admin.application),
    createWebhook: async (slug, body) => {
      const made = await admin.send('POST', `/api/v1/organizations/${slug}/webhooks`, { body })
      assert.equal(made.status, 201, JSON.stringify(made.body))
      return { id: made.body.id, secret: made.body.secret.value }
    },
    provision: (key, userName) =>
      admin.send('POST', '/scim/v2/Users', {
        key,
        body: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName },
      }),
    deliveries: async (slug, id, query = '') =>
      (await admin.send('GET', `/api/v1/organizations/${slug}/webhooks/${id}/deliveries${query}`)).body.data,
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  }
}
