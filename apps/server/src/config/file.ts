import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nearest } from './nearest.ts'
import type { Sources } from './resolve.ts'
import { isSettingKey, settingKeys, settings, type SettingKey } from './settings.ts'

const fileName = 'rollcall.json'

/** The configuration file as text per setting: the one that was named, else `rollcall.json` in the data folder if it is there. */
export function readFileValues(sources: Sources, problems: string[]): ReadonlyMap<SettingKey, string> {
  const path = sources.configFile ?? defaultFile(sources)
  if (path === undefined) return new Map()
  const content = readJson(path, problems)
  return content === undefined ? new Map() : collect(path, content, problems)
}

function defaultFile({ flags, environment }: Sources): string | undefined {
  const dataDir = flags.get('dataDir') ?? (environment[settings.dataDir.env] || settings.dataDir.default)
  const path = join(dataDir, fileName)
  return existsSync(path) ? path : undefined
}

function readJson(path: string, problems: string[]): object | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content
    problems.push(`${path}: got JSON that is no object; wanted {"port": 8080, …}`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    problems.push(`${path}: got ${reason}; wanted a readable JSON file`)
  }
  return undefined
}

function collect(path: string, content: object, problems: string[]): ReadonlyMap<SettingKey, string> {
  const values = new Map<SettingKey, string>()
  for (const [key, value] of Object.entries(content)) {
    const text = toText(value)
    if (!isSettingKey(key)) {
      const suggestion = nearest(key, settingKeys)
      problems.push(`${path}: got the key "${key}"; wanted ${suggestion ?? 'a key of "rollcall config schema"'}`)
    } else if (text === undefined) {
      problems.push(`${settings[key].env}: got ${typeof value} (file); wanted ${settings[key].wanted}`)
    } else {
      values.set(key, text)
    }
  }
  return values
}

/** Numbers, switches and lists may be written as JSON has them; from here on everything is text like the environment's. */
function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value.join(',')
  return undefined
}
