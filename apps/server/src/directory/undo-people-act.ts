import type { JsonObject } from '@rollcall/scim'
import { insertActItems, selectActItems } from '../db/queries/people-acts.ts'
import { selectStateChange } from '../db/queries/people.ts'
import { selectRun } from '../db/queries/runs.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { openActDirectory, type ActDirectory } from './act-directory.ts'
import type { ActParts, ActWork } from './act-on-people.ts'
import { toRefusal } from './act-refusal.ts'
import { getPerson, setSuspended } from './people.ts'
import { removeMemberIn } from './team-people.ts'

const peoplePerPage = 100

type Undone = { readonly ofRun: string; readonly act: string; readonly teamId: string; readonly requestId: string }

/** Brings back whoever is still as the act left him; whom others changed since is left alone. */
export async function undoPeopleAct(parts: ActParts, work: ActWork): Promise<JsonObject> {
  const { database } = parts
  const undone = await readUndone(parts, work)
  const directory = openActDirectory(parts, work, undefined)
  const name = { organizationId: work.organizationId, runId: undone.ofRun }
  let after = textOf(work.checkpoint, 'after')
  let changed = Number(work.checkpoint?.['changed'] ?? 0)
  let left = Number(work.checkpoint?.['left'] ?? 0)
  let { done } = work
  for (;;) {
    work.signal.throwIfAborted()
    const items = await selectActItems(database, name, { outcome: 'done', after, rowsMax: peoplePerPage })
    for (const { userId } of items)
      if (await undoOne({ parts, directory, work }, undone, userId)) changed++
      else left++
    after = items.at(-1)?.userId
    if (after === undefined) return { act: undone.act, ofRun: undone.ofRun, changed, left }
    done += items.length
    await work.advance(database, { checkpoint: { after, changed, left }, done })
  }
}

type Place = { readonly parts: ActParts; readonly directory: ActDirectory; readonly work: ActWork }

async function undoOne({ parts, directory, work }: Place, undone: Undone, userId: string): Promise<boolean> {
  const { organizationId } = work
  try {
    return await transaction(parts.database, async (tx) => {
      const person = await getPerson(tx, organizationId, userId)
      const context = { ...(await directory.contextOf(person.connection_id)), tx }
      if (undone.act === 'addToTeam') {
        await removeMemberIn(tx, context, { teamId: undone.teamId, memberId: userId })
      } else {
        if (!(await isAsLeft(tx, organizationId, { userId, undone }))) return false
        await setSuspended(parts, context, { id: userId, isSuspended: undone.act === 'reactivate' })
      }
      await insertActItems(tx, { organizationId, runId: undone.ofRun }, [
        { userId, outcome: 'undone', code: null, detail: null },
      ])
      return true
    })
  } catch (error) {
    if (toRefusal(error) === undefined) throw error
    return false
  }
}

/** Whether the last change of the state is that of the act. */
async function isAsLeft(
  tx: Transaction,
  organizationId: string,
  { userId, undone }: { readonly userId: string; readonly undone: Undone },
): Promise<boolean> {
  const change = await selectStateChange(tx, organizationId, userId)
  return change?.request_id === undone.requestId
}

async function readUndone({ database }: ActParts, work: ActWork): Promise<Undone> {
  const ofRun = textOf(work.input, 'ofRun') ?? ''
  const run = await selectRun(database, work.organizationId, ofRun)
  if (run === undefined) throw new Error('The act that is to be undone is not kept any more')
  const requestId = textOf(run.input, 'requestId') ?? ''
  return { ofRun, act: textOf(run.input, 'act') ?? '', teamId: textOf(run.input, 'teamId') ?? '', requestId }
}

function textOf(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name]
  return typeof value === 'string' ? value : undefined
}
