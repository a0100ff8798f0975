import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Json, JsonObject } from '@rollcall/scim'
import type { Call } from './access/call.ts'
import type { Parts } from './parts.ts'
import type { RunWork } from './jobs/run-worker.ts'
import { getOpenedApp, type OpenedApp } from './provisioning/apps/app.ts'
import { updateApp } from './provisioning/apps/manage-apps.ts'
import { toJson } from './provisioning/apps/to-json.ts'
import { openPacer, type Stopwatch } from './provisioning/pace/pacer.ts'
import { reasons } from './provisioning/reasons.ts'
import { profileOf } from './provisioning/targets/scim/open-target.ts'
import { qualify, removeTried, type Qualification } from './provisioning/targets/scim/qualify/qualify.ts'
import type { TrialOptions } from './provisioning/targets/scim/qualify/trial.ts'
import { createId } from './type-id.ts'

export type QualificationParts = Pick<Parts, 'database' | 'encryption' | 'outboundConnections' | 'clock'> & {
  /** By which it waits; left out: the clock of the machine. */
  readonly stopwatch?: Stopwatch
}

/** A worker that was killed leaves things behind: the next one deletes them before it begins anew, under other names. */
export async function executeQualification(parts: QualificationParts, work: RunWork): Promise<JsonObject> {
  const { organizationId, input, checkpoint } = work
  const name = { organizationId, appId: toText(input['appId']) }
  const app = await getOpenedApp(parts, parts.clock(), name)
  const attempt = typeof checkpoint?.['attempt'] === 'number' ? checkpoint['attempt'] + 1 : 1
  await using paced = await openPace(parts, work, app)
  const optionsOf = (number: number): TrialOptions => ({ ...paced.options, tag: `${work.id.slice(-8)}-${number}` })
  for (let former = 1; former < attempt; former += 1) await removeTried(app, optionsOf(former))
  await work.advance(parts.database, { checkpoint: { attempt }, done: 0 })
  const qualification = await qualify(app, optionsOf(attempt))
  const isKept = input['isKept'] === true && qualification.failure === null
  if (isKept) {
    const call: Call = { now: parts.clock(), actor: work.createdBy, requestId: undefined, rights: 'all' }
    const { target } = app
    if (target.kind === 'scim')
      await updateApp(parts, call, { ...name, command: { target: { ...target, found: qualification.found } } })
  }
  return toResult(qualification, isKept)
}

/** Beside the workers and under the same pace: what one of them is told to wait, all wait. */
async function openPace(
  { database, clock, outboundConnections, stopwatch }: QualificationParts,
  { input, signal }: RunWork,
  app: OpenedApp,
): Promise<AsyncDisposable & { readonly options: Omit<TrialOptions, 'tag'> }> {
  const { requestsPerSecondMax: rateMax, permitsMax } = profileOf(app)
  const pacer = await openPacer({
    database,
    clock,
    organizationId: app.organizationId,
    appId: app.id,
    owner: `${hostname()} ${process.pid} qualification ${createId()}`,
    rateMax,
    permitsMax,
    ...(stopwatch && { stopwatch }),
  })
  return {
    options: {
      send: (call) => outboundConnections.send(call),
      onAnswer: (answer) => pacer.watch(answer),
      now: () => clock().getTime(),
      sleep: (milliseconds) => (stopwatch === undefined ? sleep(milliseconds) : stopwatch.sleep(milliseconds, signal)),
      pacer,
      signal,
      domain: toText(input['domain']),
    },
    [Symbol.asyncDispose]: () => pacer.close(),
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
