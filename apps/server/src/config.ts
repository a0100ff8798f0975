import { parsePublicUrl, type PublicUrl } from './config/public-url.ts'
import { parseArguments, type Arguments } from './config/flags.ts'
import { resolveSettings, type Resolved } from './config/resolve.ts'
import type { SettingValues } from './config/settings.ts'

/** The settings, checked, with the public address cut into its parts. */
export type Config = Omit<SettingValues, 'publicUrl'> & {
  /** Undefined: derived from where we listen. */
  readonly publicUrl: PublicUrl | undefined
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
export function loadConfig(argv: readonly string[], switchNames: readonly string[] = []): LoadedConfig {
  const parsed = parseArguments(argv, switchNames)
  const configFile = parsed.configFile ?? (process.env['ROLLCALL_CONFIG'] || undefined)
  const resolved = resolveSettings({ flags: parsed.flags, environment: process.env, configFile })
  return {
    config: toConfig(resolved.values),
    resolved,
    arguments: parsed,
    reload: () => loadConfig(argv, switchNames),
  }
}

/** For tests and embedders: defaults, with some settings replaced. */
export function configOf(variables: Readonly<Record<string, string>> = {}): Config {
  return toConfig(resolveSettings({ flags: new Map(), environment: variables, configFile: undefined }).values)
}

function toConfig(values: SettingValues): Config {
  const { publicUrl } = values
  return { ...values, publicUrl: publicUrl === undefined ? undefined : parsePublicUrl(publicUrl) }
}
