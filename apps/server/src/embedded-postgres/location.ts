import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
  existsSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { OperatorError } from '../operator-error.ts'
import { findUnprivilegedUser, type SystemUser } from './system-user.ts'

/** Where the embedded PostgreSQL lives, and as whom it runs (undefined: as ourselves). */
export type Location = {
  readonly directory: string
  readonly dataDirectory: string
  readonly socketDirectory: string
  readonly user: SystemUser | undefined
}

const recordName = 'postgres-location'
const rootDirectory = '/var/lib/rollcall'
// sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing zero included.
const socketPathBytesMax = 103
const socketName = '/.s.PGSQL.5432'

/**
 * Finds or decides the place, and makes its folders.
 * PostgreSQL refuses to run as root; as root it gets an unprivileged user and a place that this user can enter.
 * The decision is written into the data folder, so that a later start finds the data again.
 */
export function prepareLocation(dataDir: string): Location {
  const base = prepareDataDirectory(dataDir)
  const directory = findRecorded(base) ?? chooseDirectory(base)
  const user = userOf(directory)
  refuseUnreachable(directory, user)
  makePrivate(directory, user)
  const socketDirectory = chooseSocketDirectory(directory, user)
  makePrivate(socketDirectory, user)
  writeRecord(base, directory)
  return { directory, dataDirectory: join(directory, 'data'), socketDirectory, user }
}

/** Creates the data folder if need be and returns its real path. */
export function prepareDataDirectory(dataDir: string): string {
  const path = resolve(dataDir)
  try {
    const isNew = !existsSync(path)
    if (isNew) mkdirSync(path, { recursive: true })
    if (isNew || isRoot()) setDataMode(path, isNew)
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK)
    if (!statSync(path).isDirectory()) throw new Error('it is a file')
    return realpathSync(path)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `The data folder ${path} cannot be used: ${reason}. Make it writable for this user, or set ROLLCALL_DATA_DIR to another folder.`
    throw new OperatorError(message, { cause })
  }
}

/** As root others may pass through the folder (not list it), because PostgreSQL must reach its own folder below. */
function setDataMode(path: string, isNew: boolean): void {
  const { mode, uid } = statSync(path)
  const wanted = isRoot() ? 0o711 : 0o700
  if (isNew) chmodSync(path, wanted)
  else if (uid === 0 && (mode & 0o011) !== 0o011) chmodSync(path, (mode & 0o777) | 0o011)
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function findRecorded(base: string): string | undefined {
  const file = join(base, recordName)
  if (!existsSync(file)) return undefined
  const directory = resolve(base, readFileSync(file, 'utf8').trim())
  if (existsSync(directory)) return directory
  throw new OperatorError(
    `The data folder ${base} keeps its database in ${directory}, which is gone. ` +
      `Bring it back, or remove ${file} to start with an empty database.`,
  )
}

function writeRecord(base: string, directory: string): void {
  const inside = relative(base, directory)
  // A relative path moves along when the whole folder is moved.
  const text = inside.startsWith('..') || isAbsolute(inside) ? directory : inside
  writeFileSync(join(base, recordName), `${text}\n`, { mode: 0o600 })
}

function chooseDirectory(base: string): string {
  const inside = join(base, 'postgres')
  if (existsSync(inside) || !isRoot() || canEnter(base, findUnprivilegedUser())) return inside
  return join(rootDirectory, shortHash(base))
}

/** Whoever owns the data keeps running it; new data belongs to the unprivileged user, or to us. */
function userOf(directory: string): SystemUser | undefined {
  const data = join(directory, 'data')
  if (!existsSync(data)) return isRoot() ? findUnprivilegedUser() : undefined
  const { uid, gid } = statSync(data)
  if (isRoot()) return { name: `user ${uid}`, uid, gid }
  if (uid === process.getuid?.()) return undefined
  throw new OperatorError(
    `The database in ${data} belongs to user ${uid}, because Rollcall was started as another user (root?) before. ` +
      'Start it as that user again, or set ROLLCALL_DATA_DIR to another folder.',
  )
}

function refuseUnreachable(directory: string, user: SystemUser | undefined): void {
  if (user === undefined || canEnter(dirname(directory), user)) return
  throw new OperatorError(
    `PostgreSQL runs as ${user.name} and cannot enter ${dirname(directory)}. ` +
      'Allow it (chmod o+x on that folder and those above), or set ROLLCALL_DATA_DIR to another folder.',
  )
}

/** Whether the user may pass through the folder and every folder above it that exists. */
function canEnter(directory: string, user: SystemUser): boolean {
  const parts = resolve(directory).split(sep)
  return parts.every((_, index) => {
    const path = parts.slice(0, index + 1).join(sep) || sep
    if (!existsSync(path)) return true
    const { uid, gid, mode } = statSync(path)
    if (uid === user.uid) return (mode & 0o100) !== 0
    return ((gid === user.gid ? mode >> 3 : mode) & 0o001) !== 0
  })
}

function chooseSocketDirectory(directory: string, user: SystemUser | undefined): string {
  const inside = join(directory, 'socket')
  if (Buffer.byteLength(inside + socketName) <= socketPathBytesMax) return inside
  const owner = user?.uid ?? process.getuid?.() ?? 0
  return join(realpathSync(tmpdir()), `rollcall-${owner}-${shortHash(directory)}`)
}

/** Only its owner may enter: whoever reaches the socket is let in as superuser. */
function makePrivate(directory: string, user: SystemUser | undefined): void {
  mkdirSync(dirname(directory), { recursive: true, mode: 0o711 })
  if (!existsSync(directory)) {
    mkdirSync(directory, { mode: 0o700 })
    if (user !== undefined) chownSync(directory, user.uid, user.gid)
  }
  const found = lstatSync(directory)
  const owner = user?.uid ?? process.getuid?.()
  // Somebody else could have made the folder first, where its parent is open to all (the socket's, in the temporary folder).
  if (!found.isDirectory() || found.uid !== owner) {
    throw new OperatorError(
      `${directory} must be a folder of user ${owner}; it belongs to user ${found.uid}. Remove it.`,
    )
  }
  if ((found.mode & 0o077) !== 0) chmodSync(directory, 0o700)
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12)
}
