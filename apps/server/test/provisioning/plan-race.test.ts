import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simpleRules } from '../harness/provisioning-app.ts'
import type { AppAnswer } from './app-caller.ts'
import { createReconcileScene, type ReconcileScene } from './reconcile-scene.ts'

/** When a worker next asks the app anything by this method, the plan is applied before there is an answer. */
function applyDuring(
  { harness: { fake }, call }: ReconcileScene,
  method: string,
  plan: string,
): () => AppAnswer | undefined {
  const answer = fake.fetch
  let applied: AppAnswer | undefined
  let isApplying = false
  Object.assign(fake, {
    fetch: async (request: Request): Promise<Response> => {
      if (!isApplying && request.method === method && request.url.includes('/Users')) {
        isApplying = true
        applied = await call('POST', `/plans/${plan}/apply`)
      }
      return answer(request)
    },
  })
  return () => applied
}

test('an account that a plan links while a worker looks for it stays linked', async () => {
  const users = { ...simpleRules.users, adoption: 'ask' } as const
  await using scene = await createReconcileScene({ rules: { users } })
  const { harness, reconcile } = scene
  const { id: key } = harness.fake.users.insert({ userName: 'ada@example.com', displayName: 'ada' }, { by: 'foreign' })
  await scene.hire('ada')
  const { result } = await reconcile('adopt')
  const applied = applyDuring(scene, 'GET', result.plan)
  await harness.pass(86_400_000 / 2)
  assert.deepEqual([applied()?.status, applied()?.body.applied], [200, 1])
  await harness.pass(60_000)
  assert.deepEqual(
    await harness.rows('select state, target_key as key from links where organization_id = $1 and app_id = $2'),
    [{ state: 'linked', key }],
  )
})
