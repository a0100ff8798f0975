import { test } from 'node:test'
import { killTeamWorkers } from './large-team.ts'

test('ENG-22: 100,000 members, their worker killed with -9 at twelve chunks: all are in; later one change is one request', () =>
  killTeamWorkers({ members: 100_000, kills: 12 }))
