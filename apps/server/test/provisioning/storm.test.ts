import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { faults, type Fault } from './fake-target/fake-target.ts'

const minuteMs = 60_000
/** Fewer than the gate holds. */
const peopleCount = 15

type Refusal = { readonly atMs: number; readonly untilMs: number }

/** In turn: seconds, a date, and the families of headers, each for half a minute. */
function createStorm(nowMs: () => number): { readonly refusals: readonly Refusal[]; readonly next: () => Fault } {
  const refusals: Refusal[] = []
  const waitMs = 30_000
  const forms: readonly ((untilMs: number) => Readonly<Record<string, string>>)[] = [
    () => ({ 'Retry-After': String(waitMs / 1_000) }),
    (untilMs) => ({ 'Retry-After': new Date(untilMs).toUTCString() }),
    (untilMs) => ({ 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(untilMs / 1_000) }),
    () => ({ RateLimit: `"default";r=0;t=${waitMs / 1_000}` }),
  ]
  return {
    refusals,
    next: () => {
      // Dates know no parts of a second.
      const untilMs = Math.floor((nowMs() + waitMs) / 1_000) * 1_000
      const form = forms[refusals.length % forms.length]
      refusals.push({ atMs: nowMs(), untilMs })
      return faults.throttled(form?.(untilMs))
    },
  }
}

async function countOf(harness: EngineHarness, text: string): Promise<number> {
  const [row] = await harness.rows<{ count: number }>(text)
  return row?.count ?? 0
}

const escrowed = `select count(*)::int as count from work_items
  where organization_id = $1 and app_id = $2 and (stage = 'escrow' or exists (
    select from links l where l.organization_id = $1 and l.app_id = $2 and l.failure_code is not null))`
const unwell = `select count(*)::int as count from app_health
  where organization_id = $1 and app_id = $2 and health <> 'healthy'`
const failed = `select count(*)::int as count from provisioning_log
  where organization_id = $1 and app_id = $2 and status = 'failure'`

test('ENG-11: an app that refuses everything for half an hour: nothing in escrow, no quarantine, nothing lost, and two workers keep to what it says', async () => {
  await using harness = await createEngineHarness()
  const { fake, server } = harness
  const nowMs = (): number => server.clock().getTime()
  const people: string[] = []
  for (let at = 0; at < peopleCount; at += 1) people.push(await harness.createPerson(`p${at}@example.com`))
  await harness.assign(...people.map((id) => ({ kind: 'user' as const, id })))
  await harness.settle()
  assert.equal(fake.users.size, peopleCount)

  const second = harness.openEngine('second')
  const never = new AbortController().signal
  const bothTurn = async (): Promise<void> => {
    await Promise.all([harness.settle(), second.turn(never).then(() => second.idle())])
  }
  const storm = createStorm(nowMs)
  const stormEndsMs = nowMs() + 30 * minuteMs
  const arrivals: number[] = []
  fake.fault = () => {
    arrivals.push(nowMs())
    return nowMs() < stormEndsMs ? storm.next() : 'none'
  }
  for (const [at, id] of people.entries()) {
    const change = at < 5 ? { path: 'active', value: false } : { path: 'displayName', value: `Person ${at}` }
    await harness.patchPerson(id, [{ op: 'replace', ...change }])
  }
  await bothTurn()
  while (nowMs() < stormEndsMs) {
    server.clock.advance(20_000)
    await bothTurn()
    assert.equal(await countOf(harness, escrowed), 0)
    assert.equal(await countOf(harness, unwell), 0)
  }
  // Nobody asks again before the app said so; what left within the second in which it said it was on its way already.
  for (const { atMs, untilMs } of storm.refusals)
    assert.deepEqual(
      arrivals.filter((at) => at > atMs + 1_000 && at < untilMs),
      [],
    )
  assert.ok(storm.refusals.length >= 50, `${storm.refusals.length} refusals`)

  for (let minutes = 0; minutes < 5; minutes += 1) {
    server.clock.advance(minuteMs)
    await bothTurn()
  }
  const held = fake.users.all().map(({ resource }) => resource)
  assert.equal(held.filter(({ active }) => active === false).length, 5)
  assert.equal(held.filter(({ displayName }) => String(displayName).startsWith('Person ')).length, peopleCount - 5)
  assert.equal(await countOf(harness, failed), 0)
  await second.close()
})
