import { test } from 'node:test'
import { restartPostgres } from '../provisioning/database-restarts.ts'

test('PostgreSQL stopped at once eight times while two processes create, change and disable 6,000: nothing lost, nothing doubled', () =>
  restartPostgres({ people: 6_000, restarts: 4 }))
