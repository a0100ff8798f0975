import type { Child } from '../child.ts'
import { runLoad, type LoadResult, type WireRequest } from '../load.ts'
import type { Organization, Rollcall } from '../rollcall.ts'

/** What every suite gets: the server under test and the floor beside it, on one PostgreSQL. */
export type BenchContext = {
  readonly rollcall: Rollcall
  readonly floor: Child
  /** An organization with `people` people. */
  readonly organization: Organization
  /** SCIM ids of its people, by number. */
  readonly userIds: readonly string[]
  readonly people: number
  readonly seconds: number
}

/** Where a load goes, in short. */
export type Target = { readonly port: number; readonly authorization: string }

/** Requests per second of a load on ten connections, after a warm-up of a third of the time; the best of two runs. */
export async function rate(
  target: Target,
  seconds: number,
  expect: number | readonly number[],
  next: (index: number) => WireRequest,
): Promise<LoadResult> {
  const load = { ...target, connections: 10, expect, next }
  await runLoad({ ...load, seconds: seconds / 3 })
  const first = await runLoad({ ...load, seconds })
  const second = await runLoad({ ...load, seconds })
  const better = first.perSecond > second.perSecond ? first : second
  if (better.errors > 0)
    throw new Error(`${better.errors} of ${better.answers} answers were wrong: ${better.firstError}`)
  return better
}

/** The Rollcall of a context as a target. */
export function toTarget(context: BenchContext, organization: Organization = context.organization): Target {
  return { port: context.rollcall.server.port, authorization: organization.authorization }
}

/** The floor of a context as a target. */
export function toFloor(context: BenchContext): Target {
  return { port: context.floor.port, authorization: 'Bearer none' }
}

/** A number below `below` that jumps about, the same in every run. */
export function scatter(index: number, below: number): number {
  return (Math.imul(index + 1, 2_654_435_761) >>> 0) % below
}
