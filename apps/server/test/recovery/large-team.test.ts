import { test } from 'node:test'
import { killTeamWorkers } from '../faults/large-team.ts'

test('a worker killed with -9 in the first load of a team: another one goes on at the chunk, and nobody is missing', () =>
  killTeamWorkers({ members: 1_000, kills: 2 }))
