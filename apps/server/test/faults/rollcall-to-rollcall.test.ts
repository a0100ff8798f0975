import { test } from 'node:test'
import { playTwoRollcalls } from '../provisioning/play-two-rollcalls.ts'

test('10,000 people and 500 teams of one Rollcall arrive in another, person by person, and stay the same', async () => {
  await playTwoRollcalls({ people: 10_000, teams: 500, membersOfTeam: 50 })
})
