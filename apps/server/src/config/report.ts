import { z } from 'zod'
import { settingKeys, settings, type SettingKey } from './settings.ts'
import type { Resolved } from './resolve.ts'

export type ReportedSetting = {
  readonly key: SettingKey
  readonly env: string
  readonly value: unknown
  readonly origin: string
}

const redacted = '[redacted]'

/** Effective values with the origin of each; a secret shows only that it is set. */
export function reportSettings({ values, origins }: Resolved): readonly ReportedSetting[] {
  return settingKeys.map((key) => {
    const value = values[key]
    const isSet = value !== undefined && !(Array.isArray(value) && value.length === 0)
    return {
      key,
      env: settings[key].env,
      value: settings[key].isSecret && isSet ? redacted : (value ?? null),
      origin: origins.get(key) ?? 'default',
    }
  })
}

export function formatReport(report: readonly ReportedSetting[]): string {
  const width = Math.max(...report.map(({ env }) => env.length))
  return report
    .map(
      ({ env, value, origin }) => `${env.padEnd(width)}  ${value === null ? '-' : JSON.stringify(value)}  (${origin})`,
    )
    .join('\n')
}

/** JSON Schema (draft 2020-12) of the configuration file. */
export function settingsJsonSchema(): object {
  const properties = Object.fromEntries(settingKeys.map((key) => [key, describe(key)]))
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Rollcall configuration',
    type: 'object',
    additionalProperties: false,
    properties,
  }
}

function describe(key: SettingKey): object {
  const { schema, description, wanted, unit, env } = settings[key]
  const { $schema: _, ...shape } = z.toJSONSchema<z.ZodType>(schema)
  const base = { ...shape, description: `${description} (${env}): ${wanted}` }
  const fallback: unknown = settings[key].default
  return {
    ...base,
    ...(fallback !== undefined && { default: fallback }),
    ...(unit !== undefined && { 'x-unit': unit }),
  }
}
