import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { workOff } from '../../server/test/team-rules/work-off.ts'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
const ids = new Map<string, string>()

before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
  for (const [userName, title] of [
    ['ada', 'Engineer'],
    ['bob', 'Clerk'],
  ]) {
    const attributes = JSON.stringify({ displayName: userName, title })
    const made = await cli.json('person', 'create', '--user-name', userName ?? '', '--attributes', attributes)
    ids.set(userName ?? '', made.id)
  }
  await cli.json('team', 'create', '--name', 'Engineers')
})
after(() => cli[Symbol.asyncDispose]())

/** A command that waits for a run, with a worker beside it. */
async function working<Result>(command: Promise<Result>): Promise<Result> {
  let isDone = false
  const goesOn = () => !isDone
  const ended = command.finally(() => (isDone = true))
  while (goesOn()) {
    await workOff(cli.application)
    await sleep(50)
  }
  return ended
}

test('a rule is previewed, set, shown, excepted from and taken away by the command line', async () => {
  const where = ['--where', 'title EQUALS Engineer']
  const seen = await working(cli.json('team', 'rule', 'preview', 'engineers', ...where))
  assert.deepEqual([seen.entering, seen.names.entering[0].name], [1, 'ada'])
  const run = await working(cli.json('team', 'rule', 'set', 'engineers', ...where, '--note', 'HR', '--wait'))
  assert.deepEqual([run.result.state, run.result.entered], ['live', 1])
  const shown = await cli.run('team', 'rule', 'show', 'engineers')
  assert.match(shown.stdout, /1 live: title EQUALS Engineer \(pending, active\)/)
  const listed = await cli.json('team', 'rule', 'revisions', 'engineers')
  assert.deepEqual([listed.data[0].note, listed.data[0].entering], ['HR', 1])
  const refused = await cli.run('team', 'add', 'engineers', '--member', ids.get('bob') ?? '')
  assert.equal(refused.code, 1)
  assert.match(refused.stderr, /The rule of "Engineers" \(revision 1\) decides/)
  const bob = ['--user', ids.get('bob') ?? '']
  await cli.json('team', 'rule', 'except', 'engineers', ...bob, '--kind', 'always', '--reason', 'on loan')
  await workOff(cli.application)
  assert.equal((await cli.json('team', 'members', 'engineers')).data.length, 2)
  assert.equal((await cli.json('team', 'rule', 'exceptions', 'engineers')).data[0].reason, 'on loan')
  await cli.json('team', 'rule', 'unexcept', 'engineers', ...bob)
  await workOff(cli.application)
  assert.deepEqual((await cli.json('team', 'rule', 'leaving', 'engineers')).data, [])
  const again = await working(cli.json('team', 'rule', 'set', 'engineers', '--filter', 'title eq "Clerk"', '--wait'))
  assert.deepEqual([again.result.entered, again.result.left], [1, 1])
  assert.equal((await cli.run('team', 'rule', 'set', 'engineers', '--where', 'title is Clerk')).code, 2)
  await cli.json('team', 'rule', 'delete', 'engineers', '--yes')
  assert.equal((await cli.json('team', 'members', 'engineers')).data[0].name, 'bob')
})

test('a member is added until a day, which is moved and cleared', async () => {
  await cli.json('team', 'create', '--name', 'Project')
  const member = ['--member', ids.get('ada') ?? '']
  await cli.json('team', 'add', 'project', ...member, '--until', '2099-12-31')
  assert.equal((await cli.json('team', 'members', 'project')).data[0].until, '2100-01-01T00:00:00.000Z')
  assert.equal(
    (await cli.json('team', 'until', 'project', ...member, '--on', '2100-01-31')).until,
    '2100-02-01T00:00:00.000Z',
  )
  assert.equal((await cli.json('team', 'until', 'project', ...member, '--never')).until, null)
})
