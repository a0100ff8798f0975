import assert from 'node:assert/strict'
import test from 'node:test'
import { textOf } from '../../src/ldap/entry.ts'
import { createAppCaller } from '../provisioning/app-caller.ts'
import { applyReconciled, reconcileNow } from '../provisioning/reconcile-scene.ts'
import { arrive, findAll, findOne, linksOf, newPerson, open, post, type Scene } from './openldap-scene.ts'
import { slapdBase } from './slapd.ts'

const peopleOf = `ou=People,${slapdBase}`

/** An entry that somebody else made. */
function addEntry({ read }: Scene, uid: string, employeeNumber: string): Promise<void> {
  return read((session) =>
    session.add(
      `uid=${uid},${peopleOf}`,
      new Map([
        ['objectClass', ['inetOrgPerson']],
        ['cn', [uid]],
        ['sn', [uid]],
        ['employeeNumber', [employeeNumber]],
      ]),
    ),
  )
}

test('reconciliation of a real OpenLDAP by enforce: what was changed is mended in place, who was removed is made anew, others stay', async (context) => {
  const scene = await open(context, {}, { onVanished: 'recreate' })
  if (scene === undefined) return
  const { harness, read } = scene
  const call = await createAppCaller(harness)
  for (let number = 1; number <= 4; number++) await post(scene, '/Users', newPerson(number))
  await arrive(scene)
  await addEntry(scene, 'local', 'L1')
  const before = await findOne(scene, 'uid', 'person2')
  await read(async (session) => {
    await session.modify(before.dn, [{ operation: 'replace', attribute: 'title', values: ['Mallory'] }])
    await session.remove((await findOne(scene, 'uid', 'person3')).dn)
  })
  const { result } = await reconcileNow(harness, call, 'report')
  assert.deepEqual([result.equal, result.drift, result.missing, result.orphan], [2, 1, 1, 1], JSON.stringify(result))
  assert.equal(textOf(await findOne(scene, 'uid', 'person2'), 'title'), 'Mallory', 'a report changes nothing')

  const { plan, applied } = await applyReconciled(harness, call, 'enforce')
  assert.deepEqual([plan.summary, applied.applied], ['create 1, update 1', 2])
  const mended = await findOne(scene, 'uid', 'person2')
  assert.equal(textOf(mended, 'title'), 'Engineer')
  assert.equal(textOf(mended, 'entryUUID'), textOf(before, 'entryUUID'))
  assert.equal(textOf(await findOne(scene, 'uid', 'person3'), 'employeeNumber'), 'E3')
  assert.equal((await findAll(scene, 'uid', 'local')).length, 1)
  assert.deepEqual(await linksOf(scene), { linked: 4 })
  const again = await reconcileNow(harness, call, 'enforce')
  assert.deepEqual(
    [again.result.equal, again.result.orphan, again.result.planned],
    [4, 1, { addMembers: 0, removeMembers: 0 }],
    JSON.stringify(again),
  )
})

test('reconciliation of a real OpenLDAP by adopt: entries of others are linked by a plan alone, and keep their id', async (context) => {
  const scene = await open(context, {}, { adoption: 'ask' })
  if (scene === undefined) return
  const { harness } = scene
  const call = await createAppCaller(harness)
  for (const number of [1, 2]) await addEntry(scene, `old${number}`, `E${number}`)
  await addEntry(scene, 'local', 'L1')
  const before = await findOne(scene, 'employeeNumber', 'E1')
  for (let number = 1; number <= 3; number++) await post(scene, '/Users', newPerson(number))
  await arrive(scene)
  assert.equal((await linksOf(scene))['linked'], 1, 'the others wait for somebody to say so')
  const { plan, applied } = await applyReconciled(harness, call, 'adopt')
  assert.deepEqual([plan.summary, applied.applied], ['adopt 2', 2])
  const after = await findOne(scene, 'employeeNumber', 'E1')
  assert.equal(textOf(after, 'entryUUID'), textOf(before, 'entryUUID'))
  assert.equal(textOf(after, 'title'), 'Engineer')
  assert.deepEqual(await linksOf(scene), { linked: 3 })
  assert.equal((await findAll(scene, 'uid', 'local')).length, 1)
})
