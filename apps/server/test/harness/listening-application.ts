import { createInstanceKey } from '../../src/access/instance-keys.ts'
import { createRequestLog } from '../../src/audit/request-log.ts'
import type { RequestLogRow } from '../../src/audit/list-requests.ts'
import { listen } from '../../src/http/server.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { createId } from '../../src/type-id.ts'
import { createTestApplication, type TestApplication, type TestApplicationOptions } from './application.ts'

export type ListeningApplication = AsyncDisposable & {
  readonly application: TestApplication
  readonly url: string
  /** A key of the whole instance. */
  readonly key: string
}

/** The product's application behind a real port of this machine, for clients that are processes of their own. */
export async function createListeningApplication(options: TestApplicationOptions = {}): Promise<ListeningApplication> {
  const application = await createTestApplication(options)
  const key = await createInstanceKey(application.database, { name: 'test', now: application.clock() })
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    tls: undefined,
    headersTimeoutMs: 10_000,
    requestTimeoutMs: 10_000,
    bodyBytesMax: 1024 * 1024,
    logger: application.application.parts.logger,
    fetch: application.application.fetch,
    answer: application.application.answer,
  })
  return {
    application,
    url: `http://127.0.0.1:${listener.port}`,
    key,
    [Symbol.asyncDispose]: async () => {
      await listener.stop(1_000)
      await application.close()
    },
  }
}

/** Works off the long runs that are due, as a worker would. */
export function workRuns({ application }: Pick<TestApplication, 'application'>): Promise<void> {
  return workOffAllRuns(application.parts, new AbortController().signal)
}

type Line = Partial<RequestLogRow> & { readonly organizationId: string }

/** Writes lines to the request log as the SCIM mounts would; returns their ids, in the same order. */
export async function addRequestLogLines(
  { database }: Pick<TestApplication, 'database'>,
  lines: readonly Line[],
): Promise<readonly string[]> {
  const log = createRequestLog({ database })
  // Ids of one millisecond come in any order; the log's order is theirs.
  const ids = lines.map(() => createId()).toSorted()
  const rows = lines.map((line, at): RequestLogRow => ({ ...sampleLine, id: ids[at] ?? '', at: new Date(), ...line }))
  for (const row of rows) log.add(row)
  await log.close()
  return rows.map(({ id }) => id)
}

const sampleLine: Omit<RequestLogRow, 'organizationId' | 'id' | 'at'> = {
  connectionId: null,
  keyId: null,
  client: 'Okta SCIM Client 1.0.0',
  ip: '192.0.2.7',
  method: 'GET',
  path: '/scim/v2/Users',
  resourceType: 'User',
  resourceId: null,
  externalId: null,
  status: 200,
  scimType: null,
  detail: null,
  durationUs: 1_250,
  rules: [],
  changes: null,
  requestBody: null,
  responseBody: null,
}
