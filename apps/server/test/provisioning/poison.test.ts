import { test } from 'node:test'
import { poisonOne } from './poison.ts'

test('ENG-09: one poison person among 3,000: 2,999 done, one escrowed with the attribute named', () => poisonOne(3_000))
