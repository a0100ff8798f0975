import type {
  TargetCredentials,
  AppSettings,
  LdapTargetSettings,
  ScimTargetSettings,
  ProvisioningRules,
} from '@rollcall/admin-api'
import { appSettings, provisioningRules } from '@rollcall/admin-api'
import type { Call } from '../../src/access/call.ts'
import type { OpenedApp } from '../../src/provisioning/apps/app.ts'
import { getOpenedApp } from '../../src/provisioning/apps/app.ts'
import { createApp } from '../../src/provisioning/apps/manage-apps.ts'
import { publishRules, saveRules } from '../../src/provisioning/apps/rules-revisions.ts'
import type { Queryable } from '../../src/db/pool.ts'
import { insertLogRows } from '../../src/provisioning/log/insert-log-rows.ts'
import type { LogRow } from '../../src/provisioning/log/log-row.ts'
import type { Sealing } from '../../src/provisioning/apps/credentials.ts'

export type TestAppOptions = {
  readonly organizationId: string
  readonly name?: string
  /** Left out: an address that nobody asks. */
  readonly url?: string
  readonly target?: Partial<ScimTargetSettings>
  /** In the place of an app that speaks SCIM. */
  readonly directory?: LdapTargetSettings
  readonly credentials?: TargetCredentials
  readonly settings?: Partial<AppSettings>
  /** What differs from `simpleRules`; null: the app stays a draft. */
  readonly rules?: Partial<ProvisioningRules> | null
}

/** Rules that everybody understands: userName, displayName, active; matched by userName; everyone who is assigned. */
export const simpleRules: ProvisioningRules = provisioningRules.parse({
  users: {
    mappings: [
      { target: 'userName', kind: 'direct', source: 'userPrincipalName' },
      { target: 'displayName', kind: 'direct', source: 'displayName' },
      { target: 'active', kind: 'expression', expression: 'Not([IsSoftDeleted])' },
    ],
    matching: [[{ target: 'userName', source: 'userPrincipalName' }]],
  },
})

/** An app with live rules, as tests of the engine need it. */
export async function createTestApp(parts: Sealing, call: Call, options: TestAppOptions): Promise<OpenedApp> {
  const { organizationId, name = 'Test app', url = 'https://app.example/scim/v2', rules = {} } = options
  const target: ScimTargetSettings = {
    kind: 'scim',
    baseUrl: url,
    profile: {},
    ...options.target,
  }
  const settings = appSettings.parse(options.settings ?? {})
  const { credentials, directory = target } = options
  const command = { name, target: directory, credentials, settings }
  const app = await createApp(parts, call, { organizationId, command })
  const at = { organizationId, appId: app.id }
  if (rules !== null) {
    const { revision } = await saveRules(parts.database, call, { ...at, document: { ...simpleRules, ...rules } })
    await publishRules(parts.database, call, { ...at, revision })
  }
  return getOpenedApp(parts, call.now, at)
}

/** Rows as the engine writes them, for tests of those who read them. */
export async function writeLog(database: Queryable, rows: readonly LogRow[]): Promise<void> {
  await insertLogRows(database, rows)
}
