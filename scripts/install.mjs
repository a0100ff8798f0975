// Installs the locked packages when they are missing or are not those of package-lock.json.
// Without it `npm start` after `git pull` would run old dependencies against new code.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const glibcLoaders = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1']
const lockWaitMs = 15 * 60_000

/** Does nothing when `node_modules` is what the lock file says; otherwise runs `npm ci`, one process at a time. */
export async function ensureInstalled(root) {
  if (isCurrent(root)) return
  await withLock(join(root, '.rollcall-install'), () => {
    if (isCurrent(root)) return
    console.error('Installing the packages that package-lock.json names …')
    const status = npmCi(root)
    if (status !== 0) fail(`npm ci failed (exit ${String(status)}); its messages are above.`)
    writeStamp(root)
  })
}

function isCurrent(root) {
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) return false
  if (readText(stampFile(root)) === fingerprint(root)) return true
  if (!matchesLock(root)) return false
  writeStamp(root)
  return true
}

/** Lock file and platform: a folder that moved to another machine needs other binaries. */
function fingerprint(root) {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const hash = createHash('sha256').update(lock).digest('hex')
  return `${hash} ${process.platform}-${process.arch}\n`
}

function stampFile(root) {
  return join(root, 'node_modules', '.rollcall-installed')
}

function writeStamp(root) {
  try {
    writeFileSync(stampFile(root), fingerprint(root))
  } catch {
    // A read-only installation (a container image) is compared anew each time.
  }
}

/** Whether somebody's own `npm install` brought exactly the locked versions. */
function matchesLock(root) {
  const wanted = JSON.parse(readText(join(root, 'package-lock.json'))).packages
  const found = JSON.parse(readText(join(root, 'node_modules', '.package-lock.json'))).packages
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true
    const installed = found[path]
    if (installed === undefined) return entry.optional === true && !isForThisPlatform(entry)
    return installed.version === entry.version && Boolean(installed.link) === Boolean(entry.link)
  })
}

/** Optional packages without a platform belong to one that has another (the WebAssembly builds). */
function isForThisPlatform({ os, cpu, libc }) {
  const fits = (list, value) => list === undefined || [list].flat().includes(value)
  return (os ?? cpu) !== undefined && fits(os, process.platform) && fits(cpu, process.arch) && fits(libc, ownLibc())
}

export function ownLibc() {
  if (process.platform !== 'linux') return undefined
  return glibcLoaders.some((path) => existsSync(path)) ? 'glibc' : 'musl'
}

function npmCi(root) {
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--include=dev',
    '--include=optional',
  ]
  const npm = process.env.npm_execpath
  // npm talks to standard error only, so that the standard output of a command stays its own.
  const options = { cwd: root, stdio: ['ignore', 2, 2] }
  const isScript = npm !== undefined && /npm-cli\.c?js$/.test(npm)
  const result = isScript ? spawnSync(process.execPath, [npm, ...args], options) : spawnSync('npm', args, options)
  return result.error ? fail(`npm cannot be run: ${result.error.message}`) : result.status
}

/** A folder is made by one process only; one left by a killed process is removed. */
export async function withLock(path, work) {
  const deadline = Date.now() + lockWaitMs
  while (!tryLock(path)) {
    if (Date.now() > deadline) fail(`Another process has been at it for too long; remove ${path} if it is not.`)
    removeAbandoned(path)
    await sleep(200)
  }
  try {
    return await work()
  } finally {
    rmSync(path, { recursive: true, force: true })
  }
}

function tryLock(path) {
  try {
    mkdirSync(path)
  } catch (error) {
    if (error.code === 'EEXIST') return false
    fail(`${error.message}. The project's folder must be writable for the first start.`)
  }
  writeFileSync(join(path, 'pid'), String(process.pid))
  return true
}

function removeAbandoned(path) {
  const pid = Number(readText(join(path, 'pid')))
  const isYoung = existsSync(path) && Date.now() - statSync(path).mtimeMs < 5_000
  if (pid > 0 ? !isAlive(pid) : !isYoung) rmSync(path, { recursive: true, force: true })
}

function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
