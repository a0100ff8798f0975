import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Target } from '../../src/provisioning/targets/target.ts'
import { createAppCaller } from './app-caller.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { faults, type Fault, type SeenRequest } from './fake-target/fake-target.ts'
import { rulesOf, usualMappings } from './rules-fixture.ts'
import { makeSearchedPlan } from './searched-plan.ts'

const peopleCount = 60
const pageMax = 10

/** Sixty people, of whom every third has an account there already, known by his title. */
async function createScene(): Promise<EngineHarness> {
  const matching = [[{ target: 'title', source: 'jobTitle' }]]
  const mappings = [...usualMappings, { target: 'title', kind: 'direct', source: 'jobTitle' }]
  const harness = await createEngineHarness({
    rules: rulesOf({ matching, mappings, adoption: 'adopt' }, { assignment: 'everyone' }),
    quirks: { pageMax },
    profile: { pageSize: pageMax },
  })
  for (let n = 0; n < peopleCount; n++) {
    await harness.createPerson(`p${n}@example.com`, { title: `T-${n}` })
    if (n % 3 === 0) harness.fake.users.insert({ userName: `there${n}`, title: `t-${n}` }, { by: 'foreign' })
  }
  return harness
}

const isList = ({ method, path, query }: SeenRequest): boolean =>
  method === 'GET' && path === '/Users' && query.get('filter') === null

type Case = {
  readonly name: string
  readonly fault?: (request: SeenRequest) => Fault
  readonly target?: (target: Target) => Target
  readonly by: 'list' | 'searches' | 'both'
  readonly unsearched?: number
  readonly detail?: RegExp
}

const withTitleHidden = (target: Target): Target => ({
  ...target,
  list: async (...asked) => {
    const outcome = await target.list(...asked)
    if (outcome.kind !== 'done') return outcome
    const objects = outcome.value.objects.map((object) => ({
      ...object,
      resource: { ...object.resource, title: null },
    }))
    return { ...outcome, value: { ...outcome.value, objects } }
  },
})

const withMoreTold = (target: Target): Target => ({
  ...target,
  list: async (...asked) => {
    const outcome = await target.list(...asked)
    return outcome.kind === 'done' ? { ...outcome, value: { ...outcome.value, total: 25 } } : outcome
  },
})

const cases: readonly Case[] = [
  { name: 'all is well: it is read', by: 'list' },
  {
    name: 'asked for attributes it refuses: it is read whole',
    fault: (request) => (request.query.get('attributes') === null ? 'none' : { kind: 'answer', status: 400 }),
    by: 'list',
  },
  {
    name: 'the list breaks off: each is searched for',
    fault: (request) => (isList(request) && request.query.get('startIndex') !== '1' ? faults.forbidden : 'none'),
    by: 'searches',
    detail: /did not show its accounts/,
  },
  { name: 'fewer are shown than there are: each is searched for', target: withMoreTold, by: 'searches', detail: /25/ },
  { name: 'what is matched by is not shown: each is searched for', target: withTitleHidden, by: 'both' },
  {
    name: 'nothing is answered: nobody is known, and that is said',
    fault: () => faults.forbidden,
    by: 'searches',
    unsearched: peopleCount,
    detail: /./,
  },
]

test('an app whose list cannot be read is searched, and what was not looked for is counted', async (t) => {
  await using harness = await createScene()
  const call = await createAppCaller(harness)
  for (const { name, fault, target, by, unsearched = 0, detail } of cases)
    await t.test(name, async () => {
      harness.fake.fault = fault ?? (() => 'none')
      harness.fake.clearCounts()
      const { plan } = await makeSearchedPlan(harness, call, target)
      assert.deepEqual([plan.search.by, plan.search.unsearched, plan.counts.unsearched], [by, unsearched, unsearched])
      assert.equal(plan.search.searched, peopleCount - unsearched)
      if (detail === undefined) assert.equal(plan.search.detail, null)
      else assert.match(plan.search.detail, detail)
      const adopted = unsearched === 0 ? peopleCount / 3 : undefined
      assert.deepEqual([plan.counts.adopt, plan.counts.create], [adopted, peopleCount - (adopted ?? 0)])
      // Two pages, the first of them both ways, and what the app says of itself.
      if (by === 'list') assert.ok(harness.fake.requests < 10, `${harness.fake.requests} requests`)
    })
})
