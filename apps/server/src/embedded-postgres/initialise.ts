import { spawn } from 'node:child_process'
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { OperatorError } from '../operator-error.ts'
import type { Location } from './location.ts'
import { processEnvironment } from './process-environment.ts'

export const superuser = 'postgres'

// pg_trgm takes letters from LC_CTYPE, so that must know Unicode; macOS before 15 has no C.UTF-8.
const characterTypes = ['C.UTF-8', 'en_US.UTF-8'] as const

/** Makes the data directory when there is none, else checks that this PostgreSQL can read it. */
export async function initialise(location: Location, binaries: string, major: number): Promise<void> {
  if (existsSync(location.dataDirectory)) return refuseOtherVersion(location, major)
  // initdb into a folder of its own and one rename: a crash in between leaves nothing half made.
  const building = `${location.dataDirectory}.new`
  const failures: string[] = []
  for (const characterType of characterTypes) {
    rmSync(building, { recursive: true, force: true })
    const failure = await runInitdb(location, binaries, building, characterType)
    if (failure === undefined) return renameSync(building, location.dataDirectory)
    failures.push(failure)
  }
  throw new OperatorError(`PostgreSQL could not make its data directory in ${location.directory}:\n${failures[0]}`)
}

function refuseOtherVersion(location: Location, major: number): void {
  const file = join(location.dataDirectory, 'PG_VERSION')
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : 'an unknown version'
  if (found === String(major)) return
  throw new OperatorError(
    `The data folder ${location.dataDirectory} was made by PostgreSQL ${found}, and this Rollcall brings PostgreSQL ${major}. ` +
      `Start the Rollcall version that made it, or set ROLLCALL_DATA_DIR to another folder. Nothing was changed.`,
  )
}

async function runInitdb(
  location: Location,
  binaries: string,
  target: string,
  characterType: string,
): Promise<string | undefined> {
  const child = spawn(join(binaries, 'bin', 'initdb'), initdbArguments(target, characterType), {
    cwd: location.directory,
    env: processEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(location.user && { uid: location.user.uid, gid: location.user.gid }),
  })
  const exit = new Promise<number | Error | null>((resolve) => {
    child.once('close', resolve)
    child.once('error', resolve)
  })
  const output = await text(child.stderr)
  const result = await exit
  return result === 0 ? undefined : result instanceof Error ? result.message : output.trim()
}

function initdbArguments(target: string, characterType: string): readonly string[] {
  return [
    `--pgdata=${target}`,
    `--username=${superuser}`,
    // Only the socket in a folder that nobody else can enter.
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--locale=C',
    `--lc-ctype=${characterType}`,
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
  ]
}
