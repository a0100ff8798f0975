import type { Child } from '../child.ts'
import { runLoad, type WireRequest } from '../load.ts'
import { toMedian } from '../report.ts'
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

/** What a server is asked, over and over, and what it must answer. */
export type Load = {
  readonly target: Target
  readonly expect: number | readonly number[]
  readonly next: (index: number) => WireRequest
}

const rounds = 3

/**
 * Requests per second of several loads on ten connections each, in turns: first all of them a while to get warm, then three
 * rounds, of which the middle figure of each counts. What the machine does meanwhile meets all of them alike, and the
 * ratio of two is that of one moment.
 */
export async function rates<Name extends string>(
  loads: Readonly<Record<Name, Load>>,
  seconds: number,
): Promise<Readonly<Record<Name, number>>> {
  const names = Object.keys(loads) as Name[] // A record's keys are its names.
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]))
  for (const name of names) await run(loads[name], seconds / 3)
  for (let round = 0; round < rounds; round++)
    for (const name of names) figures.get(name)?.push(await run(loads[name], seconds / 2))
  return Object.fromEntries(names.map((name) => [name, toMedian(figures.get(name))])) as Record<Name, number>
}

/** The same of one load. */
export async function rate(load: Load, seconds: number): Promise<number> {
  return (await rates({ load }, seconds)).load
}

async function run({ target, expect, next }: Load, seconds: number): Promise<number> {
  const result = await runLoad({ ...target, connections: 10, expect, next, seconds })
  if (result.errors > 0)
    throw new Error(`${result.errors} of ${result.answers} answers were wrong: ${result.firstError}`)
  return result.perSecond
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
