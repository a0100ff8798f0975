import { test } from 'node:test'
import { playTwoRollcalls } from './play-two-rollcalls.ts'

test('one Rollcall provisions another: first cycle, changes, leavers, returns and teams arrive, person by person', async () => {
  await playTwoRollcalls({ people: 400, teams: 25, membersOfTeam: 20 })
})
