import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { insertInstanceKey, selectInstanceKey } from '../db/queries/instance.ts'
import type { Queryable } from '../db/pool.ts'
import { createId } from '../type-id.ts'
import { createKeyText, hashKeyText, hintOf, instanceShortId, parseKeyText } from './key-text.ts'

/** Makes a key of the instance: it may do everything in every organization. Returns the secret. */
export async function createInstanceKey(
  database: Queryable,
  request: { readonly name: string; readonly now: Date },
): Promise<string> {
  const secret = createKeyText('ins', instanceShortId)
  const row = { id: createId(), hash: hashKeyText(secret), name: request.name, hint: hintOf(secret) }
  await insertInstanceKey(database, { ...row, createdAt: request.now })
  return secret
}

/** Name of the file in the data folder from which the command line reads where Rollcall is and a key to it. */
export const instanceFileName = 'instance.json'
const fileMode = 0o600
const keyName = 'data folder'

/**
 * Writes `{ url, key }` for the command line, with the address that holds now. A key that still lives is kept;
 * one that the database does not know, e.g. after another database was chosen, is replaced.
 */
export async function writeInstanceFile(
  database: Queryable,
  request: { readonly dataDir: string; readonly url: string; readonly now: Date },
): Promise<void> {
  const path = join(request.dataDir, instanceFileName)
  const known = await readKey(path)
  const isLive = known !== undefined && (await isLiveKey(database, known))
  const key = isLive ? known : await createInstanceKey(database, { name: keyName, now: request.now })
  await mkdir(request.dataDir, { recursive: true })
  // Written beside and renamed, so that nobody ever reads half a file or one that others may read.
  const draft = `${path}.${createId()}.tmp`
  await writeFile(draft, `${JSON.stringify({ url: request.url, key }, null, 2)}\n`, { mode: fileMode })
  await chmod(draft, fileMode)
  await rename(draft, path)
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    const content: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (typeof content !== 'object' || content === null || !('key' in content)) return undefined
    return typeof content.key === 'string' && parseKeyText(content.key)?.kind === 'ins' ? content.key : undefined
  } catch {
    // Missing or damaged: a new one takes its place.
    return undefined
  }
}

async function isLiveKey(database: Queryable, key: string): Promise<boolean> {
  const row = await selectInstanceKey(database, hashKeyText(key))
  return row !== undefined && row.revokedAt === null
}
