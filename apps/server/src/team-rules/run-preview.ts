import { teamRule } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import { loadRegistry } from '../access/custom-types.ts'
import { firstId } from '../db/queries/rows.ts'
import type { Database } from '../db/pool.ts'
import type { LongWork } from '../provisioning/long-work.ts'
import { nextPeople } from '../provisioning/source/read-source.ts'
import type { SourcePerson } from '../provisioning/source/source-object.ts'
import { formatTypeId } from '../type-id.ts'
import { checkTeamRule } from './check-rule.ts'
import { compileTeamRule } from './compile-rule.ts'
import { findMoves, toSourceRequest } from './move-people.ts'
import { findThreshold } from './threshold.ts'
import { withSourceGroups } from './source-groups.ts'

const peoplePerTurn = 1_000
/** So many of those who enter, leave or are undecided are named. */
const namedMax = 200
/** So many people are looked at to say what a rule probably does not mean. */
const sampledMax = 2_000

type Named = { readonly userId: string; readonly name: string | null }

/** Counts whom a rule would move, names the first, and changes nothing. From the beginning again after a crash. */
export async function runTeamRulePreview(
  { database, clock }: { readonly database: Database; readonly clock: () => Date },
  work: LongWork,
): Promise<JsonObject> {
  const { organizationId } = work
  const { teamId } = work.input
  if (typeof teamId !== 'string') throw new Error('The run names no team')
  const document = teamRule.parse(work.input['rule'])
  const registry = await loadRegistry(database, organizationId, undefined)
  const rule = compileTeamRule(document, registry)
  const request = toSourceRequest(organizationId, [rule])
  const entering: Named[] = []
  const leaving: Named[] = []
  const undecided: Named[] = []
  const sample: SourcePerson[] = []
  const counts = { entering: 0, leaving: 0, staying: 0, undecided: 0 }
  let people = 0
  for (let after: string | undefined = firstId; after !== undefined;) {
    work.signal.throwIfAborted()
    const batch: readonly SourcePerson[] = await nextPeople(database, { ...request, after, batchMax: peoplePerTurn })
    const moves = (
      await findMoves(database, organizationId, { people: batch, rules: [{ teamId, revision: 0, rule }] })
    ).get(teamId)
    if (moves !== undefined) {
      for (const [list, found] of [
        [entering, moves.entering],
        [leaving, moves.leaving],
        [undecided, moves.undecided],
      ] as const)
        list.push(...found.slice(0, namedMax - list.length).map(toNamed))
      counts.entering += moves.entering.length
      counts.leaving += moves.leaving.length
      counts.undecided += moves.undecided.length
      counts.staying += moves.staying
    }
    if (sample.length < sampledMax) sample.push(...batch)
    people += batch.length
    await work.advance(database, { checkpoint: {}, done: people })
    after = batch.length < peoplePerTurn ? undefined : batch.at(-1)?.id
  }
  const threshold = await findThreshold(database, organizationId, clock())
  const shown = await withSourceGroups(database, organizationId, { people: sample, rules: [rule] })
  const findings = checkTeamRule(document, { registry, people: shown }).map((finding) => ({ ...finding }))
  return {
    ...counts,
    people,
    threshold,
    needsApproval: threshold !== null && counts.leaving > threshold,
    names: { entering, leaving, undecided },
    findings,
  }
}

function toNamed({ id, display }: SourcePerson): Named {
  return { userId: formatTypeId('usr', id), name: display }
}
