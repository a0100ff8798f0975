import { test } from 'node:test'
import { restartPostgres } from './database-restarts.ts'

test('PostgreSQL stopped at once and started again while two processes create, change and disable: nothing lost, nothing doubled', () =>
  restartPostgres({ people: 240, restarts: 1 }))
