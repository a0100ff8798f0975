import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestDatabase } from '../harness/database.ts'
import { startFakeTarget, type FakeTarget, type FakeTargetOptions } from './fake-target/fake-target.ts'
import { openFake } from './fake-target/open-fake.ts'
import { createLinkedApp, type LinkedApp } from './linked-app.ts'

const { database, close } = await createTestDatabase()
after(close)

type Scene = { readonly app: LinkedApp; readonly fake: FakeTarget; readonly members: () => ReadonlySet<string> }

/** A team of so many, and its empty group in an app on the other side of a wire. */
async function play(
  { count, ...options }: FakeTargetOptions & { readonly count: number },
  work: (scene: Scene) => Promise<void>,
): Promise<void> {
  await using fake = await startFakeTarget(options)
  const group = fake.groups.insert({ displayName: 'Team 1' }, { by: 'engine' })
  const app = await createLinkedApp(database, count)
  await app.setLink(app.teamId, { target_key: group.id })
  await work({ app, fake, members: () => fake.groups.get(group.id)?.members ?? new Set() })
}

/** The numbers of members in the requests so far. */
function sizesOf(fake: FakeTarget): readonly number[] {
  return fake.seen
    .filter(({ method }) => method === 'PATCH')
    .map(({ body }) => JSON.stringify(body).match(/"?value\\?"?\s*(?::|eq)\s*\\?"[a-z]\d+/g)?.length ?? 0)
}

test('ENG-21: leavers go although no GET shows members, foreign members survive, 100 at a time and fewer when refused', async () => {
  const quirks = { showsMembers: false, membersMax: 60, membersRefusal: 400 } as const
  await play({ count: 250, quirks }, async ({ app, fake, members }) => {
    const foreign = fake.users.insert({ userName: 'foreign' }, { by: 'foreign' })
    const [group] = fake.groups.all()
    fake.groups.write(group?.id ?? '', group?.resource ?? {}, new Set([foreign.id]))
    const target = openFake(fake, { profile: { membersMax: 100 } })
    assert.equal((await app.sync({ target, isSample: true })).kind, 'done')
    assert.equal(members().size, 251)
    const sizes = sizesOf(fake)
    assert.equal(sizes[0], 100)
    assert.deepEqual([sizes[1], sizes[2]], [50, 50])
    assert.ok(sizes.slice(1).filter((size) => size > 60).length <= 1, sizes.join())

    for (const person of app.people.slice(0, 3)) await app.dropMember(app.teamId, person)
    fake.clearCounts()
    assert.equal((await app.sync({ target, isSample: true })).kind, 'done')
    assert.equal(fake.requests, 1)
    assert.equal(members().size, 248)
    assert.ok(members().has(foreign.id))
    assert.ok(!members().has('a1') && members().has('a4'))
  })
})

test('every form of removal that a profile knows takes away who left, and nobody else', async () => {
  const forms = [
    { quirks: { memberListRemoval: 'ignored' }, profile: { memberRemoval: 'path' } },
    { quirks: { memberPathRemoval: 'refused' }, profile: { memberRemoval: 'values' } },
    { quirks: { memberPathRemoval: 'ignored', memberListRemoval: 'all' }, profile: { memberRemoval: 'whole' } },
    { quirks: { hasPatch: false }, profile: { writes: 'put' } },
    { quirks: { hasPatch: false, requiresVersion: true }, profile: { writes: 'put', usesVersions: true } },
    {
      quirks: { addReplacesMembers: true, showsMembers: false },
      profile: { memberAdding: 'whole', showsMembers: false },
    },
  ] as const
  for (const { quirks, profile } of forms)
    await play({ count: 5, quirks }, async ({ app, fake, members }) => {
      const target = openFake(fake, { profile })
      assert.equal((await app.sync({ target })).kind, 'done')
      await app.dropMember(app.teamId, app.people[1] ?? '')
      assert.equal((await app.sync({ target })).kind, 'done')
      assert.deepEqual([...members()].toSorted(), ['a1', 'a3', 'a4', 'a5'], JSON.stringify(profile))
    })
})

test('a timeout in the middle of a first load leaves no doubt in the end: all are members, each chunk at most twice', async () => {
  await play({ count: 500 }, async ({ app, fake, members }) => {
    const target = openFake(fake, { profile: { membersMax: 100 } })
    fake.fault = ({ number }) => (number === 2 ? 'dropAfter' : number === 4 ? 'dropBefore' : 'none')
    for (let turn = 1; (await app.sync({ target })).kind !== 'done'; turn++) assert.ok(turn <= 3)
    assert.equal(members().size, 500)
    app.clock.advance(60_000)
    assert.deepEqual(await app.sync({ target }), { kind: 'done', recheckAt: undefined })
    fake.clearCounts()
    await app.sync({ target })
    assert.equal(fake.requests, 0)
  })
})
