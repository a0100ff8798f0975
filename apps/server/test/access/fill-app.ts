import { formatTypeId } from '../../src/type-id.ts'
import { createTestApp } from '../harness/provisioning-app.ts'
import type { TestProvisioning, TestTenant } from '../harness/provisioning.ts'

/** An app with live rules, and ids of what belongs to it. */
export async function fillApp(server: TestProvisioning, tenant: TestTenant): Promise<Readonly<Record<string, string>>> {
  const organizationId = tenant.organization.id
  const app = await createTestApp(server.application.parts, server.call(), { organizationId, name: 'theirs' })
  return { app: formatTypeId('app', app.id) }
}
