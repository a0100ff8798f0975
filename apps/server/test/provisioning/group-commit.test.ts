import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turnOfLoop, setTimeout as sleep } from 'node:timers/promises'
import { createGroupCommit } from '../../src/provisioning/export/group-commit.ts'

type Group = { readonly items: readonly number[]; readonly end: (error?: Error) => void }

/** What is written, each group under way until the test ends it. */
function open(limits: { readonly itemsMax: number; readonly writesMax: number; readonly lingerMs: number }) {
  const groups: Group[] = []
  const hand = createGroupCommit<number, number>(
    (items) =>
      new Promise((resolve, reject) => {
        const end = (error?: Error): void => (error ? reject(error) : resolve(items.map((item) => item * 10)))
        groups.push({ items, end })
      }),
    limits,
  )
  const group = async (index: number): Promise<Group> => {
    for (;;) {
      const found = groups[index]
      if (found !== undefined) return found
      await sleep(1)
    }
  }
  return { hand, group, groups }
}

const minuteMs = 60_000

test('who comes alone is written at once, however long others would be waited for', async () => {
  const { hand, group } = open({ itemsMax: 250, writesMax: 2, lingerMs: minuteMs })
  for (const item of [1, 2, 3]) {
    const result = hand(item)
    const { items, end } = await group(item - 1)
    assert.deepEqual(items, [item])
    end()
    assert.equal(await result, item * 10)
  }
})

test('behind a group those who come one by one are waited for, until there are enough, and each gets its own result', async () => {
  const { hand, group, groups } = open({ itemsMax: 250, writesMax: 2, lingerMs: minuteMs })
  const first = [1, 2, 3, 4].map((item) => hand(item))
  ;(await group(0)).end()
  assert.deepEqual(await Promise.all(first), [10, 20, 30, 40])
  const many = Array.from({ length: 48 }, (_, index) => index + 5)
  const results: Promise<number>[] = []
  for (const item of many) {
    assert.equal(groups.length, 1)
    results.push(hand(item))
    await turnOfLoop()
  }
  const { items, end } = await group(1)
  assert.deepEqual(items, many)
  end()
  assert.deepEqual(
    await Promise.all(results),
    many.map((item) => item * 10),
  )
})

test('nobody is waited for longer than that; a group that fails fails for those in it alone', async () => {
  const { hand, group } = open({ itemsMax: 250, writesMax: 2, lingerMs: 5 })
  const first = [1, 2, 3, 4].map((item) => hand(item))
  ;(await group(0)).end()
  await Promise.all(first)
  const failing = hand(5)
  ;(await group(1)).end(new Error('no'))
  await assert.rejects(failing, /no/)
  const next = hand(6)
  ;(await group(2)).end()
  assert.equal(await next, 60)
})

test('a full group is followed by the next beside it, and no more than two are under way', async () => {
  const { hand, group, groups } = open({ itemsMax: 2, writesMax: 2, lingerMs: 0 })
  const results = [1, 2, 3].map((item) => hand(item))
  await group(1)
  results.push(hand(4), hand(5))
  await sleep(5)
  const sizes = (): readonly number[] => groups.map(({ items }) => items.length)
  assert.deepEqual(sizes(), [2, 1])
  for (const { end } of groups) end()
  ;(await group(2)).end()
  assert.deepEqual(sizes(), [2, 1, 2])
  assert.deepEqual(await Promise.all(results), [10, 20, 30, 40, 50])
})
