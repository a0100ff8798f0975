import assert from 'node:assert/strict'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { formatTypeId } from '../../src/type-id.ts'
import type { EngineHarness } from './engine-harness.ts'

export type AppAnswer = {
  readonly status: number
  // Tests look into answers freely; what is missing fails their assertion.
  readonly body: any // oxlint-disable-line typescript/no-explicit-any -- see above
}

export type AppCaller = (method: string, path: string, body?: unknown) => Promise<AppAnswer>

/** Calls the admin API about the app of a harness, by default with a key that may do everything there; paths are below the app. */
export async function createAppCaller(
  harness: EngineHarness,
  scopes: readonly string[] = ['admin:enterprise'],
): Promise<AppCaller> {
  const { secret } = await harness.tenant.createKey({ scopes })
  const root = `/api/v1/organizations/acme/apps/${formatTypeId('app', harness.appId)}`
  return async (method, path, body) => {
    const { status, text } = await harness.server.send(path.startsWith('/api/') ? path : `${root}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return { status, body: text === '' ? undefined : JSON.parse(text) }
  }
}

export function toPersonId(id: string): string {
  return formatTypeId('usr', id)
}

/** A plan when it is ready. */
export async function makePlan(
  { server, engine }: Pick<EngineHarness, 'server' | 'engine'>,
  call: AppCaller,
  body: object = {},
): Promise<AppAnswer['body']> {
  const made = await call('POST', '/plans', body)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  // Who comes second waits two seconds for its share of the pace, by a clock that stands still here.
  await engine.close()
  await workOffAllRuns(server.application.parts, new AbortController().signal)
  return (await call('GET', `/plans/${made.body.id}`)).body
}
