import { test } from 'node:test'
import { leaveWhileCyclesRun } from '../provisioning/leave-while-cycles-run.ts'

test('ENG-04 at size: leavers are disabled in five apps, p99 within 60 s, while 100,000 people are created in all of them', (t) =>
  leaveWhileCyclesRun(t, { apps: 5, people: 100_000, leavers: 40, requestsPerSecond: 25, pauseMs: 3_000 }))
