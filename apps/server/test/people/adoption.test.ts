import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { activate, createPeopleHarness, toUser, type PeopleHarness, type Place, type Source } from './people-harness.ts'

let server: PeopleHarness
before(async () => {
  server = await createPeopleHarness()
})
after(() => server[Symbol.asyncDispose]())

const local = async (place: Place, userName: string, attributes: object = {}, more: object = {}) => {
  const made = await place.api('POST', '/people', { attributes: { userName, ...attributes }, invite: false, ...more })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body
}

const post = (source: Source, userName: string, attributes: object = {}) =>
  source.scim('POST', '/Users', toUser(userName, attributes))

test('a preview tells who will be linked, created and refused, and after the source has sent them the counts are equal', async () => {
  const place = await server.place('preview')
  const mona = await local(place, 'mona', {
    displayName: 'Old name',
    name: { givenName: 'Old' },
    emails: [{ value: 'old@home.example', primary: true }, { value: 'second@home.example' }],
    title: 'Painter',
  })
  const dotted = await local(place, 'grace.hopper@home.example')
  await local(place, 'root', {}, { builtIn: true })
  await local(place, 'left-alone')
  const source = await place.source({ style: 'github' })
  const userNames = [
    'mona@corp.example',
    'grace.hopper',
    'new@corp.example',
    'root@corp.example',
    '!bad',
    'new@other.example',
  ]
  const ask = () =>
    place.api('POST', `/connections/${source.id}/adoption-preview`, {
      users: userNames.map((userName) => ({ userName })),
    })
  const { body: preview, status } = await ask()
  assert.equal(status, 200, JSON.stringify(preview))
  assert.deepEqual(preview.counts, { linked: 2, created: 1, present: 0, conflicts: 3, left: 2 })
  assert.deepEqual(preview.linked, [
    { userName: 'mona@corp.example', personId: mona.id },
    { userName: 'grace.hopper', personId: dotted.id },
  ])
  assert.deepEqual(
    preview.conflicts.map(({ userName, reason }: { userName: string; reason: string }) => [userName, reason]),
    [
      ['root@corp.example', 'builtIn'],
      ['!bad', 'invalidLogin'],
      ['new@other.example', 'sameLogin'],
    ],
  )
  assert.deepEqual((await ask()).body, preview, 'a preview changes nothing')
  const outcomes = { linked: 0, created: 0, refused: 0 }
  for (const userName of userNames) {
    const made = await post(source, userName)
    if (made.status !== 201) outcomes.refused++
    else if ([mona.scimId, dotted.scimId].includes(made.body.id)) outcomes.linked++
    else outcomes.created++
  }
  const { linked, created, conflicts } = preview.counts
  assert.deepEqual(outcomes, { linked, created, refused: conflicts })
  const { body: adopted } = await place.api('GET', `/people/${mona.id}`)
  assert.deepEqual([adopted.owner, adopted.connection.id, adopted.login], ['connection', source.id, 'mona'])
  assert.deepEqual(adopted.attributes.name, { givenName: 'Given', familyName: 'Family' })
  assert.deepEqual(
    adopted.emails.map(({ value }: { value: string }) => value),
    ['mona.corp.example@mail.example'],
  )
  assert.deepEqual(
    [adopted.displayName, adopted.attributes.title, adopted.externalId],
    ['Name of mona@corp.example', 'Painter', 'x-mona@corp.example'],
  )
  const { body: history } = await place.api('GET', `/people/${mona.id}/history`)
  assert.equal(history.data[0].action, 'user.adopted')
  assert.equal((await ask()).body.counts.present, 3)
})

test('adoption needs the very user name: never an address, and by default not under style rollcall', async () => {
  const place = await server.place('careful')
  const github = await place.source({ style: 'github' })
  const plain = await place.source()
  const asking = await place.source({ settings: { adopt: 'userName' } })
  const mona = await local(place, 'mona', { emails: [{ value: 'mona@corp.example', primary: true }] })
  const stranger = await post(github, 'lisa', { emails: [{ value: 'mona@corp.example', type: 'work', primary: true }] })
  assert.equal(stranger.status, 201)
  assert.notEqual(stranger.body.id, mona.scimId)
  const refused = await post(plain, 'MONA')
  assert.deepEqual([refused.status, refused.body.scimType], [409, 'uniqueness'])
  const { body: preview } = await place.api('POST', `/connections/${plain.id}/adoption-preview`, {
    users: [{ userName: 'mona' }],
  })
  assert.deepEqual([preview.adopts, preview.conflicts[0].reason], [false, 'ownedByAnother'])
  const taken = await post(asking, 'MONA')
  assert.deepEqual([taken.status, taken.body.id, taken.body.userName], [201, mona.scimId, 'MONA'])
  assert.equal((await post(github, 'mona')).status, 409, 'it belongs to a connection now')
  assert.equal((await place.api('PATCH', `/people/${mona.id}`, { attributes: { title: 'x' } })).body.code, 'locked')
})

test('an adopted account keeps its teams, its state follows the source, and two candidates are a conflict', async () => {
  const place = await server.place('keeping')
  const source = await place.source({ style: 'github' })
  const mona = await local(place, 'mona')
  const group = await source.group('Pilots', [mona.scimId])
  const adopted = await post(source, 'mona@corp.example', { active: false })
  assert.deepEqual([adopted.status, adopted.body.id, adopted.body.active], [201, mona.scimId, false])
  assert.deepEqual(
    adopted.body.groups.map(({ value }: { value: string }) => value),
    [group],
  )
  assert.equal((await place.api('GET', `/people/${mona.id}`)).body.state, 'suspended')
  await source.patch(`/Users/${mona.scimId}`, activate(true))
  assert.equal((await place.api('GET', `/people/${mona.id}`)).body.state, 'active')
  await local(place, 'a.b')
  await local(place, 'a-b')
  const refused = await post(source, 'a_b@corp.example')
  assert.deepEqual([refused.status, refused.body.scimType], [409, 'uniqueness'])
  assert.match(refused.body.detail, /2 local accounts/)
  const body = { users: [{ userName: 'a_b@corp.example' }] }
  const { body: preview } = await place.api('POST', `/connections/${source.id}/adoption-preview`, body)
  assert.equal(preview.conflicts[0].reason, 'ambiguous')
})

test('an account that is taken over with active false counts as a suspension: too many are held, and the approved retry links', async () => {
  const place = await server.place('adopted-suspended')
  const guard = { countMin: 1, percent: 1, peopleMin: 1 }
  const source = await place.source({ style: 'github', settings: { guard } })
  const ada = await local(place, 'ada')
  const bea = await local(place, 'bea')
  assert.equal((await post(source, 'ada@corp.example', { active: false })).body.id, ada.scimId)
  const held = await post(source, 'bea@corp.example', { active: false })
  assert.equal(held.status, 429, JSON.stringify(held.body))
  const [hold = ''] = /hold_[0-9a-z]{26}/.exec(held.body.detail) ?? []
  const { body: before } = await place.api('GET', `/people/${bea.id}`)
  assert.deepEqual([before.state, before.owner], ['active', 'local'])
  const { body: changes } = await place.api('GET', `/holds/${hold}`)
  assert.deepEqual(
    changes.changes.map((each: { action: string; subject: { id: string } }) => [each.action, each.subject?.id]),
    [['suspend', bea.id]],
    JSON.stringify(changes),
  )
  assert.equal((await place.api('POST', `/holds/${hold}/approve`)).status, 200)
  assert.equal((await place.api('GET', `/people/${bea.id}`)).body.state, 'suspended')
  const retry = await post(source, 'bea@corp.example', { active: false })
  assert.deepEqual([retry.status, retry.body.id, retry.body.active], [201, bea.scimId, false])
  const third = await local(place, 'cyd')
  assert.equal((await post(source, 'cyd@corp.example')).body.id, third.scimId, 'who stays active is not counted')
})
