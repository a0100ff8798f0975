import { test } from 'node:test'
import { poisonOne } from '../provisioning/poison.ts'

test('ENG-09 for many: one poison person among 100,000: 99,999 done, one escrowed with the attribute named', () =>
  poisonOne(100_000))
