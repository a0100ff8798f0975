import { closeSync, fsyncSync, linkSync, openSync, readFileSync, renameSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { prepareDataDirectory } from '../embedded-postgres/location.ts'
import { generateEncryptionKey } from '../encryption.ts'
import { OperatorError } from '../operator-error.ts'

export type EncryptionKeys = {
  readonly keys: readonly string[]
  /** The file in the data folder, when they are kept there. */
  readonly file: string | undefined
}

const fileName = 'encryption-keys'

/** ROLLCALL_ENCRYPTION_KEYS, else the file in the data folder, which is made with one key when there is none. */
export function loadEncryptionKeys(config: Config): EncryptionKeys {
  if (config.encryptionKeys.length > 0) return { keys: config.encryptionKeys, file: undefined }
  const file = join(prepareDataDirectory(config.dataDir), fileName)
  const keys = readKeys(file) ?? createFirst(file)
  if (keys.length > 0) return { keys, file }
  throw new OperatorError(
    `${file} holds no key. Restore it from your backup; without it sealed secrets cannot be opened.`,
  )
}

/** Puts a new key first; the old ones still decrypt. */
export function prependGeneratedKey(file: string, keys: readonly string[]): readonly string[] {
  const all = [generateEncryptionKey(), ...keys]
  const building = `${file}.new`
  write(building, all)
  renameSync(building, file)
  return all
}

function readKeys(file: string): readonly string[] | undefined {
  try {
    return readFileSync(file, 'utf8')
      .split(/[\s,]+/)
      .filter((key) => key !== '')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Of several processes that start at once one makes the file, and all use what is in it.
 * The link appears whole or not at all, so that nobody reads a file that is still being written.
 */
function createFirst(file: string): readonly string[] {
  const building = `${file}.new-${process.pid}`
  write(building, [generateEncryptionKey()])
  try {
    linkSync(building, file)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  } finally {
    unlinkSync(building)
  }
  return readKeys(file) ?? []
}

function write(file: string, keys: readonly string[]): void {
  const descriptor = openSync(file, 'w', 0o600)
  writeSync(descriptor, `${keys.join('\n')}\n`)
  // A secret sealed with a key that the next power cut takes away would be lost.
  fsyncSync(descriptor)
  closeSync(descriptor)
}
