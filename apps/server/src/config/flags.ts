import { OperatorError } from '../operator-error.ts'
import { nearest } from './nearest.ts'
import { toSettingKey } from './resolve.ts'
import { settingKeys, settings, type SettingKey } from './settings.ts'

export type Arguments = {
  readonly flags: ReadonlyMap<SettingKey, string>
  readonly configFile: string | undefined
  readonly switches: ReadonlySet<string>
  /** Flags of a command that are no settings. */
  readonly values: ReadonlyMap<string, string>
  readonly words: readonly string[]
}

const usageExitCode = 2

/** `serve --port 9000 --config file.json --json`; a secret is no flag, because every user of the machine can read command lines. */
export function parseArguments(
  argv: readonly string[],
  switchNames: readonly string[],
  valueNames: readonly string[] = [],
): Arguments {
  const flags = new Map<SettingKey, string>()
  const switches = new Set<string>()
  const values = new Map<string, string>()
  const words: string[] = []
  let configFile: string | undefined
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? ''
    if (!argument.startsWith('--')) {
      words.push(argument)
      continue
    }
    const [name, inline] = splitOnce(argument.slice(2))
    if (switchNames.includes(name)) {
      switches.add(name)
      continue
    }
    const value = inline ?? argv[++index]
    if (value === undefined) throw new OperatorError(`--${name} needs a value`, { exitCode: usageExitCode })
    if (name === 'config') configFile = value
    else if (valueNames.includes(name)) values.set(name, value)
    else flags.set(settingOf(name, switchNames), value)
  }
  return { flags, configFile, switches, values, words }
}

function splitOnce(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=')
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function settingOf(name: string, switchNames: readonly string[]): SettingKey {
  const key = toSettingKey(name)
  if (key !== undefined && !settings[key].isSecret) return key
  if (key !== undefined) {
    const { env } = settings[key]
    throw new OperatorError(`--${name} is a secret: set ${env} or ${env}_FILE instead`, { exitCode: usageExitCode })
  }
  const known = [...settingKeys.map(toFlagName), 'config', ...switchNames]
  const suggestion = nearest(name, known)
  const hint = suggestion === undefined ? '' : `; did you mean --${suggestion}?`
  throw new OperatorError(`--${name} is not a flag${hint}`, { exitCode: usageExitCode })
}

export function toFlagName(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
