import type { Config } from '../config.ts'
import { settings } from '../config/settings.ts'

const redacted = '[redacted]'

/** What this process goes by, by the name of its variable; of a secret only whether it is set. */
export function listEffectiveSettings(config: Config): readonly { readonly name: string; readonly value: unknown }[] {
  const { publicUrl, smtp } = config
  const cut = new Map<string, unknown>([
    ['publicUrl', publicUrl?.href],
    ['smtpHost', smtp?.host],
    ['smtpPort', smtp?.port],
    ['smtpTls', smtp?.tls],
    ['smtpUser', smtp?.user === undefined ? undefined : redacted],
  ])
  const values = new Map<string, unknown>(Object.entries(config))
  return Object.entries(settings).map(([key, { env, isSecret }]) => {
    const value = cut.get(key) ?? values.get(key)
    const isSet = value !== undefined && !(Array.isArray(value) && value.length === 0)
    return { name: env, value: isSecret && isSet ? redacted : (value ?? null) }
  })
}
