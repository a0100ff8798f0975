import assert from 'node:assert/strict'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { createAppCaller, type AppAnswer, type AppCaller } from './app-caller.ts'
import { createEngineHarness, type EngineHarness, type EngineOptions } from './engine-harness.ts'

export type ListedAccount = {
  readonly class: string
  readonly name: string
  readonly orphan: string | null
  readonly standing: string | null
  readonly object: { readonly id: string } | null
  readonly differences: readonly object[]
}
export type ReconcileScene = AsyncDisposable & {
  readonly harness: EngineHarness
  readonly call: AppCaller
  /** Reconciles to the end; gives the run. */
  reconcile(policy?: string): Promise<AppAnswer['body']>
  /** Reconciles, applies the plan, and lets it be carried out; gives the plan and what was answered. */
  enforce(policy?: string): Promise<{ readonly plan: AppAnswer['body']; readonly applied: AppAnswer['body'] }>
  /** Works off runs until none is due. */
  workOff(): Promise<void>
  accounts(query?: string): Promise<readonly ListedAccount[]>
  /** Names of a class or standing. */
  names(query: string): Promise<readonly string[]>
  hire(...names: readonly string[]): Promise<readonly string[]>
  keyOf(userName: string): string
}

export async function createReconcileScene(options: EngineOptions = {}): Promise<ReconcileScene> {
  const harness = await createEngineHarness(options)
  const { fake } = harness
  const call = await createAppCaller(harness)
  const accounts = async (query = ''): Promise<readonly ListedAccount[]> => {
    const { status, body } = await call('GET', `/accounts${query}`)
    assert.equal(status, 200, JSON.stringify(body))
    return body.data
  }
  return {
    harness,
    call,
    reconcile: (policy) => reconcileNow(harness, call, policy),
    workOff: () => workOff(harness),
    enforce: (policy) => applyReconciled(harness, call, policy),
    accounts,
    names: async (query) => (await accounts(query)).map(({ name }) => name).toSorted(),
    hire: async (...names) => {
      const people: string[] = []
      for (const name of names) {
        const id = await harness.createPerson(`${name}@example.com`, { displayName: name })
        await harness.assign({ kind: 'user', id })
        people.push(id)
      }
      await harness.settle()
      await harness.pass(60_000)
      return people
    },
    keyOf: (userName) => fake.users.all().find(({ resource }) => resource['userName'] === userName)?.id ?? '',
    [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose](),
  }
}

async function workOff({ engine, server }: EngineHarness): Promise<void> {
  // Who comes second waits two seconds for its share of the pace, by a clock that stands still here.
  await engine.close()
  await workOffAllRuns(server.application.parts, new AbortController().signal)
}

/** Reconciles to the end; gives the run. */
export async function reconcileNow(
  harness: EngineHarness,
  call: AppCaller,
  policy = 'report',
): Promise<AppAnswer['body']> {
  const begun = await call('POST', '/reconcile', { policy })
  assert.equal(begun.status, 202, JSON.stringify(begun.body))
  await workOff(harness)
  return (await call('GET', `/api/v1/organizations/acme/runs/${begun.body.id}`)).body
}

/** Reconciles, applies the plan, and lets it be carried out. */
export async function applyReconciled(
  harness: EngineHarness,
  call: AppCaller,
  policy = 'enforce',
): Promise<{ readonly plan: AppAnswer['body']; readonly applied: AppAnswer['body'] }> {
  const { result } = await reconcileNow(harness, call, policy)
  const plan = (await call('GET', `/plans/${result.plan}`)).body
  const applied = await call('POST', `/plans/${plan.id}/apply`)
  assert.equal(applied.status, 200, JSON.stringify(applied.body))
  await harness.settle()
  await harness.pass(20_000)
  await harness.pass(60_000)
  return { plan, applied: applied.body }
}

/** What somebody does in the app itself. */
export function tamper({ harness: { fake }, keyOf }: ReconcileScene, userName: string, attributes: object): void {
  const id = keyOf(userName)
  fake.users.write(id, { ...fake.users.get(id)?.resource, ...attributes })
}
