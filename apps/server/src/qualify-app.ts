import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, JsonObject } from '@rollcall/scim'
import type { Call } from './access/call.ts'
import type { Parts } from './parts.ts'
import type { RunWork } from './jobs/run-worker.ts'
import { getOpenedApp } from './provisioning/apps/app.ts'
import { updateApp } from './provisioning/apps/manage-apps.ts'
import { toJson } from './provisioning/apps/to-json.ts'
import { reasons } from './provisioning/reasons.ts'
import { qualify, removeTried, type Qualification } from './provisioning/targets/scim/qualify/qualify.ts'
import type { TrialOptions } from './provisioning/targets/scim/qualify/trial.ts'

export type QualificationParts = Pick<Parts, 'database' | 'encryption' | 'outboundConnections' | 'clock'>

/** A worker that was killed leaves things behind: the next one deletes them before it begins anew, under other names. */
export async function executeQualification(parts: QualificationParts, work: RunWork): Promise<JsonObject> {
  const { organizationId, input, checkpoint } = work
  const name = { organizationId, appId: toText(input['appId']) }
  const app = await getOpenedApp(parts, parts.clock(), name)
  const attempt = typeof checkpoint?.['attempt'] === 'number' ? checkpoint['attempt'] + 1 : 1
  const options = toOptions(parts, work, attempt)
  for (let former = 1; former < attempt; former += 1) await removeTried(app, toOptions(parts, work, former))
  await work.advance(parts.database, { checkpoint: { attempt }, done: 0 })
  const qualification = await qualify(app, options)
  const isKept = input['isKept'] === true && qualification.failure === null
  if (isKept) {
    const call: Call = { now: parts.clock(), actor: work.createdBy, requestId: undefined, rights: 'all' }
    const { target } = app
    if (target.kind === 'scim')
      await updateApp(parts, call, { ...name, command: { target: { ...target, found: qualification.found } } })
  }
  return toResult(qualification, isKept)
}

function toOptions(parts: QualificationParts, { id, input }: RunWork, attempt: number): TrialOptions {
  return {
    send: (call) => parts.outboundConnections.send(call),
    now: () => parts.clock().getTime(),
    sleep: (milliseconds) => sleep(milliseconds),
    tag: `${id.slice(-8)}-${attempt}`,
    domain: toText(input['domain']),
  }
}

function toResult({ failure, ...qualification }: Qualification, isKept: boolean): JsonObject {
  const explained = failure && {
    ...failure,
    meaning: reasons[failure.reason].meaning,
    remedy: reasons[failure.reason].remedy,
  }
  return toJson({ ...qualification, failure: explained, isKept })
}

function toText(value: Json | undefined): string {
  if (typeof value === 'string') return value
  throw new Error('The run does not say what to qualify')
}
