import { parsePublicUrl, type PublicUrl } from './config/public-url.ts'
import { parseArguments, type Arguments } from './config/flags.ts'
import { resolveSettings, type Resolved } from './config/resolve.ts'
import { parseSmtpUrl, toSmtpServer, type SmtpServer } from './config/smtp.ts'
import type { SettingValues } from './config/settings.ts'

type Cut = 'publicUrl' | 'smtpUrl' | 'smtpHost' | 'smtpPort' | 'smtpUser' | 'smtpPassword' | 'smtpTls'

/** The settings, checked, with the addresses of ourselves and of the mail server cut into their parts. */
export type Config = Omit<SettingValues, Cut> & {
  /** Undefined: derived from where we listen. */
  readonly publicUrl: PublicUrl | undefined
  /** Undefined: mails are not sent; they stand in the outbox. */
  readonly smtp: SmtpServer | undefined
}

export type LoadedConfig = {
  readonly config: Config
  readonly resolved: Resolved
  readonly arguments: Arguments
  /** Reads everything again; what may change while the server runs is taken over on SIGHUP. */
  reload(): LoadedConfig
}

/**
 * Reads the command line, the environment and the configuration file, once.
 * This is the only place that reads `process.env`; a wrong setting throws an error that lists them all.
 */
export function loadConfig(
  argv: readonly string[],
  switchNames: readonly string[] = [],
  valueNames: readonly string[] = [],
): LoadedConfig {
  const parsed = parseArguments(argv, switchNames, valueNames)
  const configFile = parsed.configFile ?? (process.env['ROLLCALL_CONFIG'] || undefined)
  const resolved = resolveSettings({ flags: parsed.flags, environment: process.env, configFile })
  return {
    config: toConfig(resolved.values),
    resolved,
    arguments: parsed,
    reload: () => loadConfig(argv, switchNames, valueNames),
  }
}

/** For tests and embedders: defaults, with some settings replaced. */
export function configOf(variables: Readonly<Record<string, string>> = {}): Config {
  return toConfig(resolveSettings({ flags: new Map(), environment: variables, configFile: undefined }).values)
}

function toConfig(values: SettingValues): Config {
  const { publicUrl, smtpUrl, smtpHost, smtpPort, smtpUser, smtpPassword, smtpTls, ...rest } = values
  const separate = { port: smtpPort, user: smtpUser, password: smtpPassword, tls: smtpTls }
  return {
    ...rest,
    publicUrl: publicUrl === undefined ? undefined : parsePublicUrl(publicUrl),
    smtp: smtpHost === undefined ? parseSmtpUrl(smtpUrl ?? '') : toSmtpServer({ ...separate, host: smtpHost }),
  }
}
