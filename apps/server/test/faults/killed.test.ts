import { test } from 'node:test'
import { killPostgres, killServer } from './scenarios.ts'

test('PostgreSQL killed with -9 five times while 16 clients write: 503 meanwhile, no acknowledged write is lost', () =>
  killPostgres({ kills: 5, writers: 16, writesBetween: 500 }))

test('the server, and every other time its PostgreSQL too, killed with -9 six times under 16 clients: nothing acknowledged is lost', () =>
  killServer({ kills: 6, writers: 16, writesBetween: 500 }))
