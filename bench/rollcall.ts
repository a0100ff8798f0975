import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openDatabase, type Database } from '../apps/server/src/db/pool.ts'
import { startEmbeddedPostgres } from '../apps/server/src/embedded-postgres/start.ts'
import { type Child, startChild } from './child.ts'

/** A running Rollcall with an organization of its own, and the database below it. */
export type Rollcall = {
  readonly server: Child
  readonly database: Database
  readonly databaseUrl: string
  newOrganization(slug: string): Promise<Organization>
  /** A process that only works, on the same data. */
  startWorker(): Promise<Child>
  /** Asks the admin API with the key of the instance. */
  post(path: string, body: unknown): Promise<Record<string, unknown>>
  stop(): Promise<void>
}

/** An organization that the bench fills. */
export type Organization = { readonly id: string; readonly authorization: string; readonly scimPath: string }

const main = new URL('../apps/server/src/main.ts', import.meta.url).pathname

/** Starts the server on a data folder that goes with it; `all`: as `npm start` does, with all that it does by itself. */
export async function startRollcall({ roles = 'serve' }: { readonly roles?: 'serve' | 'all' } = {}): Promise<Rollcall> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rollcall-bench-'))
  const environment = { ROLLCALL_DATA_DIR: dataDir, LOG_LEVEL: 'warn', ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' }
  const server = await startChild({
    // The flags that `npm run bench` runs under are those of `npm start`.
    arguments: [...process.execArgv, main, ...(roles === 'serve' ? ['serve'] : [])],
    environment: { ...environment, PORT: String(await freePort()), HOST: '127.0.0.1' },
    ready: /Rollcall ready at http:\/\/[^:]+:(\d+)/,
    timeoutMs: 60_000,
  })
  const postgres = await startEmbeddedPostgres({ dataDir })
  const database = openDatabase({ url: postgres.url, poolMax: 2, statementTimeoutMs: 1_800_000 })
  return {
    server,
    database,
    databaseUrl: postgres.url,
    newOrganization: (slug) => newOrganization({ dataDir, database }, slug),
    startWorker: () =>
      startChild({
        arguments: [...process.execArgv, main, 'work'],
        environment,
        ready: /Rollcall worker (ready)/,
        timeoutMs: 60_000,
      }),
    post: async (path, body) => {
      const { url, key } = await readInstance(dataDir)
      return post(url + path, key, body)
    },
    async stop() {
      await server.stop()
      await database.close()
      await postgres.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function newOrganization(
  { dataDir, database }: { readonly dataDir: string; readonly database: Database },
  slug: string,
): Promise<Organization> {
  const { url, key } = await readInstance(dataDir)
  await post(`${url}/api/v1/organizations`, key, { slug })
  const created = await post(`${url}/api/v1/organizations/${slug}/keys`, key, { scopes: ['scim'], name: 'bench' })
  const { rows } = await database.query<{ id: string }>({ text: 'select id from organizations where slug = $1' }, [
    slug,
  ])
  // The bench cuts off far more people than the mass-change guard lets pass.
  await database.query(
    {
      text: `update connections set settings = jsonb_set(settings, '{guard}', '{"enabled": false}') where organization_id = $1`,
    },
    [rows[0]?.id],
  )
  return { id: rows[0]?.id ?? '', authorization: `Bearer ${String(created['key'])}`, scimPath: '/scim/v2' }
}

/** The server writes the file just after it says that it is ready. */
async function readInstance(dataDir: string): Promise<{ url: string; key: string }> {
  const path = join(dataDir, 'instance.json')
  for (let attempt = 0; attempt < 100 && !existsSync(path); attempt++) await sleep(50)
  const value: unknown = JSON.parse(readFileSync(path, 'utf8'))
  return value as { url: string; key: string } // The server's own file.
}

async function post(url: string, key: string, body: unknown): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${JSON.stringify(answer)}`)
  return answer as Record<string, unknown> // Checked by the status.
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}
