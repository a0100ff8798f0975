import type { JsonObject } from '@rollcall/scim'
import { selectTeamPeople } from '../../db/queries/work-by-hand.ts'
import type { Database } from '../../db/pool.ts'
import type { LongWork } from '../long-work.ts'
import type { ObjectRef } from '../object.ts'
import { recordTrace } from './provision.ts'
import { openByHand, type ByHandParts } from './session.ts'

/** So many at once, each with one request after the other. */
const handsMax = 4
const peoplePerPage = 100

/** People and teams by hand, a team after its members; goes on behind the last page that was done. */
export async function runProvision(parts: ByHandParts, work: LongWork): Promise<JsonObject> {
  const { appId, evenIfPaused, subjects } = parseInput(work.input)
  const name = { organizationId: work.organizationId, appId }
  const counts = new Map<string, number>(Object.entries(parseCounts(work.checkpoint)))
  let done = work.done
  const at = parsePlace(work.checkpoint)
  await using session = await openByHand(parts, parts.clock(), { ...name, evenIfPaused, handsMax })
  for await (const page of pages(parts.database, { ...name, subjects, at })) {
    work.signal.throwIfAborted()
    await session.provision(page.objects, work.signal, async (trace) => {
      counts.set(trace.status, (counts.get(trace.status) ?? 0) + 1)
      await recordTrace(parts.database, name, { trace, runId: work.id })
    })
    done += page.objects.length
    const checkpoint = { index: page.index, after: page.after ?? null, counts: Object.fromEntries(counts) }
    await work.advance(parts.database, { checkpoint, done })
  }
  return Object.fromEntries(counts)
}

type Place = { readonly index: number; readonly after: string | undefined }

type PageOfObjects = Place & { readonly objects: readonly ObjectRef[] }

/** `index` and `after` say where the next page begins. */
async function* pages(
  database: Database,
  request: { readonly organizationId: string; readonly subjects: readonly ObjectRef[]; readonly at: Place },
): AsyncGenerator<PageOfObjects> {
  const { organizationId, subjects, at } = request
  let { after } = at
  for (const [offset, subject] of subjects.slice(at.index).entries()) {
    const index = at.index + offset
    const people = subject.kind === 'team' ? peopleOf(database, { organizationId, teamId: subject.id, after }) : []
    for await (const ids of people) yield { index, after: ids.at(-1), objects: ids.map((id) => ({ kind: 'user', id })) }
    after = undefined
    yield { index: index + 1, after, objects: [subject] }
  }
}

async function* peopleOf(
  database: Database,
  team: { readonly organizationId: string; readonly teamId: string; readonly after: string | undefined },
): AsyncGenerator<readonly string[]> {
  const { organizationId, teamId } = team
  for (let { after } = team; ;) {
    const ids = await selectTeamPeople(database, organizationId, { teamId, after, rowsMax: peoplePerPage })
    if (ids.length > 0) yield ids
    if (ids.length < peoplePerPage) return
    after = ids.at(-1)
  }
}

type Input = { readonly appId: string; readonly evenIfPaused: boolean; readonly subjects: readonly ObjectRef[] }

function parseInput(input: JsonObject): Input {
  // `provisionByRun` wrote it.
  return input as unknown as Input
}

function parsePlace(checkpoint: JsonObject | undefined): Place {
  const { index, after } = checkpoint ?? {}
  return { index: typeof index === 'number' ? index : 0, after: typeof after === 'string' ? after : undefined }
}

function parseCounts(checkpoint: JsonObject | undefined): { readonly [status: string]: number } {
  // This file wrote it.
  return (checkpoint?.['counts'] ?? {}) as { readonly [status: string]: number }
}
