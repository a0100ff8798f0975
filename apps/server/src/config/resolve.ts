import { OperatorError } from '../operator-error.ts'
import { readFileValues } from './file.ts'
import { isSettingKey, otherVariables, settingKeys, settings, type SettingKey, type SettingValues } from './settings.ts'
import { nearest } from './nearest.ts'
import { readSecretFile } from './secret-file.ts'

/** Where a value came from, strongest first. */
export type Origin = 'flag' | 'environment' | 'secret file' | 'file' | 'default'

export type Sources = {
  readonly flags: ReadonlyMap<SettingKey, string>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The configuration file that was named by `--config` or ROLLCALL_CONFIG. */
  readonly configFile: string | undefined
}

export type Resolved = {
  readonly values: SettingValues
  readonly origins: ReadonlyMap<SettingKey, Origin>
  readonly warnings: readonly string[]
}

export type Found = { readonly text: string; readonly origin: Origin }

const invalidConfigExitCode = 78 // EX_CONFIG of sysexits.h

/** Reads all settings; throws one error that lists everything that is wrong, with what was got and what was wanted. */
export function resolveSettings(sources: Sources): Resolved {
  const problems: string[] = []
  const file = readFileValues(sources, problems)
  const values = new Map<SettingKey, unknown>()
  const origins = new Map<SettingKey, Origin>()
  for (const key of settingKeys) {
    const found = find(key, sources, file, problems)
    origins.set(key, found?.origin ?? 'default')
    values.set(key, found === undefined ? settings[key].default : check(key, found, problems))
  }
  if ((values.get('tlsCert') === undefined) !== (values.get('tlsKey') === undefined)) {
    problems.push('ROLLCALL_TLS_CERT and ROLLCALL_TLS_KEY: got one of them; wanted both or none')
  }
  problems.push(...smtpProblems(values))
  if (problems.length > 0) throw invalid(problems)
  // Each value passed the schema of its own key just above.
  return {
    values: Object.fromEntries(values) as SettingValues,
    origins,
    warnings: unknownVariables(sources.environment),
  }
}

/** One mail server, named in one way. */
function smtpProblems(values: ReadonlyMap<SettingKey, unknown>): readonly string[] {
  const isSet = (key: SettingKey) => values.get(key) !== undefined
  const separate = smtpKeys.filter(isSet).map((key) => settings[key].env)
  if (separate.length === 0) return []
  if (isSet('smtpUrl')) return [`SMTP_URL and ${separate.join(', ')}: got both; wanted the URL or the others`]
  if (!isSet('smtpHost')) return [`SMTP_HOST: got nothing beside ${separate.join(', ')}; wanted the mail server`]
  return isSet('smtpUser') === isSet('smtpPassword')
    ? []
    : ['SMTP_USER and SMTP_PASSWORD: got one of them; wanted both or none']
}

const smtpKeys = ['smtpHost', 'smtpPort', 'smtpUser', 'smtpPassword', 'smtpTls'] as const

function find(
  key: SettingKey,
  sources: Sources,
  file: ReadonlyMap<SettingKey, string>,
  problems: string[],
): Found | undefined {
  const flag = sources.flags.get(key)
  if (flag !== undefined) return { text: flag, origin: 'flag' }
  const { env, isSecret } = settings[key]
  const variable = sources.environment[env] || undefined
  const secretFile = isSecret ? sources.environment[`${env}_FILE`] || undefined : undefined
  if (variable !== undefined && secretFile !== undefined) {
    problems.push(`${env}: got both ${env} and ${env}_FILE; wanted one of them`)
  }
  if (variable !== undefined) return { text: variable, origin: 'environment' }
  if (secretFile !== undefined) return readSecretFile(env, secretFile, problems)
  const text = file.get(key)
  return text === undefined ? undefined : { text, origin: 'file' }
}

function check(key: SettingKey, { text, origin }: Found, problems: string[]): unknown {
  const { schema, read, env, wanted, isSecret } = settings[key]
  const result = schema.safeParse(read(text))
  if (result.success) return result.data
  const got = isSecret ? `a value of ${text.length} characters that is not shown` : JSON.stringify(text)
  problems.push(`${env}: got ${got} (${origin}); wanted ${wanted}`)
  return undefined
}

function invalid(problems: readonly string[]): OperatorError {
  const lines = problems.map((problem) => `  ${problem}`).join('\n')
  return new OperatorError(`The configuration is not valid:\n${lines}`, { exitCode: invalidConfigExitCode })
}

/** A misspelt variable would otherwise be ignored without a word. */
function unknownVariables(environment: Sources['environment']): readonly string[] {
  const known = new Set<string>(otherVariables)
  for (const key of settingKeys) {
    known.add(settings[key].env)
    if (settings[key].isSecret) known.add(`${settings[key].env}_FILE`)
  }
  return Object.keys(environment)
    .filter((name) => name.startsWith('ROLLCALL_') && !known.has(name))
    .sort()
    .map((name) => {
      const suggestion = nearest(name, [...known])
      return `${name} is not a setting of Rollcall${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`
    })
}

export function toSettingKey(name: string): SettingKey | undefined {
  const key = name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
  return isSettingKey(key) ? key : undefined
}
