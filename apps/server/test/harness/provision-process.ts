import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a test needs of an organization that lives in processes of their own. */
export type ProcessTenant = {
  /** A SCIM key. */
  readonly key: string
  readonly keyId: string
  /** Sends to the admin API with the instance's key. */
  admin(url: string, method: string, path: string, body?: unknown): Promise<Record<string, unknown>>
}

/** Makes an organization through the admin API of a running server, with the key that the first start wrote down. */
export async function provisionProcess(url: string, dataDir: string): Promise<ProcessTenant> {
  const instance = await readInstance(dataDir)
  const admin: ProcessTenant['admin'] = async (to, method, path, body) => {
    const response = await fetch(`${to}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${instance.key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }
  await admin(url, 'POST', '/organizations', { slug: 'acme' })
  const { key, id } = await admin(url, 'POST', '/organizations/acme/keys', { scopes: ['scim'] })
  return { key: String(key), keyId: String(id), admin }
}

/** The file is written just after the server says that it is ready. */
async function readInstance(dataDir: string): Promise<{ readonly key: string }> {
  const path = join(dataDir, 'instance.json')
  for (const deadline = performance.now() + 10_000; performance.now() < deadline; await sleep(10))
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as { readonly key: string }
  throw new Error(`${path} did not come`)
}
