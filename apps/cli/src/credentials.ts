import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Environment } from './environment.ts'
import { Failure } from './failure.ts'

export type Credentials = { readonly url: string; readonly key: string }

const urlDefault = 'http://127.0.0.1:8080'
const fileMode = 0o600

/**
 * Where Rollcall is and a key to it: the environment, else `instance.json` of the data folder, else the profile file.
 * A key from a file is sent to that file's own address only, so that a wrong ROLLCALL_URL cannot collect keys.
 */
export function readCredentials(environment: Environment): Credentials {
  const { url } = environment
  const key = environment.key ?? readKeyFile(environment.keyFile)
  if (key !== undefined) return { url: url ?? findStored(environment)[0]?.url ?? urlDefault, key }
  const stored = findStored(environment)
  const [first] = stored
  if (first === undefined) throw noKey(environment)
  const fitting = url === undefined ? first : stored.find((one) => sameAddress(one.url, url))
  if (fitting !== undefined) return fitting
  throw new Failure(`ROLLCALL_URL is ${url}, but the key at hand is for ${first.url}. Set ROLLCALL_KEY too.`, {
    code: 'noKey',
  })
}

/** Everything that is kept in files, the nearest first. */
function findStored(environment: Environment): readonly Credentials[] {
  const instance = readStored(join(environment.dataDir, 'instance.json'))
  const profile = readProfile(environment.profileFile)
  return [instance, profile].filter((one) => one !== undefined)
}

export function writeProfile(environment: Environment, credentials: Credentials): void {
  const path = environment.profileFile
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // Written beside and renamed: nobody ever reads half a file or one that others may read.
  const draft = `${path}.${process.pid}.tmp`
  writeFileSync(draft, `${JSON.stringify(credentials, null, 2)}\n`, { mode: fileMode })
  chmodSync(draft, fileMode)
  renameSync(draft, path)
}

export function removeProfile(environment: Environment): void {
  rmSync(environment.profileFile, { force: true })
}

function readProfile(path: string): Credentials | undefined {
  const stored = readStored(path)
  if (stored === undefined || process.platform === 'win32') return stored
  if ((statSync(path).mode & 0o077) === 0) return stored
  throw new Failure(`${path} can be read by others. Make it yours alone: chmod 600 ${path}`, { code: 'profileMode' })
}

function readStored(path: string): Credentials | undefined {
  const text = readText(path)
  if (text === undefined) return undefined
  const value = parseJson(text)
  if (typeof value === 'object' && value !== null && 'url' in value && 'key' in value) {
    const { url, key } = value
    if (typeof url === 'string' && typeof key === 'string') return { url, key }
  }
  throw new Failure(`${path} is damaged: it holds no url and key`, { code: 'damagedFile' })
}

function readKeyFile(path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  const text = readText(path)
  if (text !== undefined) return text.trim()
  throw new Failure(`ROLLCALL_KEY_FILE names ${path}, which is not there`, { code: 'noKey' })
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR'))
      return undefined
    const reason = error instanceof Error ? error.message : String(error)
    throw new Failure(`${path} cannot be read: ${reason}`, { code: 'unreadableFile', cause: error })
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function sameAddress(a: string, b: string): boolean {
  return a.replace(/\/+$/, '') === b.replace(/\/+$/, '')
}

function noKey(environment: Environment): Failure {
  const message = [
    `No key found: neither ROLLCALL_KEY nor ${join(environment.dataDir, 'instance.json')} nor a profile.`,
    'Start Rollcall here with npm start, or set ROLLCALL_URL and ROLLCALL_KEY, or run: rollcall login',
  ].join('\n')
  return new Failure(message, { code: 'noKey' })
}
