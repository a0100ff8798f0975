/** The longest name for which a suggestion is looked for: the work grows with its square. */
const nameCharactersMax = 80

/** The name that differs least from `name`: only in case, or by at most two letters; undefined when none is near. */
export function findNearest(name: string, names: Iterable<string>): string | undefined {
  if (name.length > nameCharactersMax) return undefined
  const lower = name.toLowerCase()
  const allowed = Math.min(2, Math.floor(name.length / 3))
  let nearest: string | undefined
  let least = allowed + 1
  for (const candidate of names) {
    const distance = measureDistance(lower, candidate.toLowerCase(), least)
    if (distance < least) {
      nearest = candidate
      least = distance
    }
  }
  return nearest
}

// Optimal string alignment: insert, delete, replace, swap neighbours.
function measureDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit
  let before: number[] = []
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let at = 1; at <= left.length; at++) {
    const next = [at]
    for (let to = 1; to <= right.length; to++) {
      const isSame = left[at - 1] === right[to - 1]
      let cost = Math.min((row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1, (row[to - 1] ?? 0) + (isSame ? 0 : 1))
      const isSwapped = at > 1 && to > 1 && left[at - 1] === right[to - 2] && left[at - 2] === right[to - 1]
      if (isSwapped) cost = Math.min(cost, (before[to - 2] ?? 0) + 1)
      next.push(cost)
    }
    before = row
    row = next
  }
  return row[right.length] ?? limit
}
