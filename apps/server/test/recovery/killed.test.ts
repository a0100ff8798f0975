import { test } from 'node:test'
import { killPostgres, killServer } from '../faults/scenarios.ts'

// The same for longer: npm run test:faults.
const short = { kills: 1, writers: 4, writesBetween: 60 }

test('PostgreSQL killed with -9 while people are written: 503 meanwhile, back by itself, no acknowledged write is lost', () =>
  killPostgres(short))

test('the server killed with -9 while people are written: the next start has every acknowledged write', () =>
  killServer(short))
