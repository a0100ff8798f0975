import { isJsonObject, type JsonObject } from '@rollcall/scim'

/** For how many days the audit log is kept: whose rules count, and what they allow. */
export const auditRetentions = {
  rollcall: { min: 3, max: 3_650, default: 180 },
  github: { min: 180, max: 180, default: 180 },
  datadog: { min: 3, max: 90, default: 7 },
} as const

export type AuditRetention = keyof typeof auditRetentions

/** The organization's setting `audit`. Stored settings were checked when they came in. */
export function toAuditRetention(stored: JsonObject): { readonly retention: AuditRetention; readonly daysMax: number } {
  const audit = isJsonObject(stored['audit']) ? stored['audit'] : {}
  const retention = isAuditRetention(audit['retention']) ? audit['retention'] : 'rollcall'
  const days = audit['daysMax']
  return { retention, daysMax: typeof days === 'number' ? days : auditRetentions[retention].default }
}

export function isAuditRetention(value: unknown): value is AuditRetention {
  return typeof value === 'string' && Object.hasOwn(auditRetentions, value)
}
