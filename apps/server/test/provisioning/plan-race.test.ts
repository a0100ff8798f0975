import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simpleRules } from '../harness/provisioning-app.ts'
import type { AppAnswer } from './app-caller.ts'
import { createReconcileScene, tamper, type ReconcileScene } from './reconcile-scene.ts'

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

test('what is to be sent anew as a whole is, even where a worker was just told to wait', async () => {
  await using scene = await createReconcileScene()
  const { harness, call } = scene
  const { fake } = harness
  const [ada = ''] = await scene.hire('ada')
  tamper(scene, 'ada@example.com', { displayName: 'Mallory' })
  const other = harness.openEngine('other')
  const answer = fake.fetch
  let isRestarted = false
  Object.assign(fake, {
    fetch: async (request: Request): Promise<Response> => {
      if (isRestarted || request.method !== 'PATCH') return answer(request)
      isRestarted = true
      assert.equal((await call('POST', '/restart')).status, 200)
      await other.turn(new AbortController().signal)
      await other.idle()
      await other.close()
      return Response.json({ status: '429' }, { status: 429 })
    },
  })
  await harness.patchPerson(ada, [{ op: 'replace', path: 'active', value: false }])
  await harness.settle()
  await harness.pass(600_000)
  const resource = fake.users.get(scene.keyOf('ada@example.com'))?.resource
  assert.deepEqual([isRestarted, resource?.['active'], resource?.['displayName']], [true, false, 'ada'])
})
