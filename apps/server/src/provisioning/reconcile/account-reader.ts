import type { Database } from '../../db/pool.ts'
import type { AppOf } from '../../db/queries/provisioning-work.ts'
import type { ObjectKind } from '../object.ts'
import { openPacer, type Pacer } from '../pace/pacer.ts'
import type { AnswerSignal } from '../targets/scim/wire.ts'
import type { Target, TargetPage } from '../targets/target.ts'
import { askPatiently, unreachable, type Patience } from './patient-list.ts'

/** Reads what an app has, page by page, under the pace that all share. */
export type AccountReader = {
  readonly target: Target
  readonly pacer: Pacer
  readonly patience: Patience
}

export async function openAccountReader(
  parts: { readonly database: Database; readonly clock: () => Date },
  app: AppOf & {
    /** Who reads, as in leases. */
    readonly owner: string
    readonly open: (onAnswer: (signal: AnswerSignal) => void) => Target
  },
  how: Omit<Patience, 'pacer' | 'clock'>,
): Promise<AccountReader> {
  const { organizationId, appId, owner, open } = app
  const watch: { pacer: Pacer | undefined } = { pacer: undefined }
  const target = open((signal) => watch.pacer?.watch(signal))
  const { requestsPerSecondMax: rateMax, permitsMax } = target.abilities
  const pacer = await openPacer({ ...parts, organizationId, appId, owner, rateMax, permitsMax })
  watch.pacer = pacer
  return { target, pacer, patience: { ...how, pacer, clock: parts.clock } }
}

/** Throws `appUnreachable`. */
export async function readPage(
  { target, patience }: Pick<AccountReader, 'target' | 'patience'>,
  kind: ObjectKind,
  { page, attributes }: { readonly page: string | undefined; readonly attributes?: readonly string[] },
): Promise<TargetPage> {
  const outcome = await askPatiently(patience, () => target.list(kind, page, patience.signal, attributes))
  if (outcome.kind !== 'done') throw unreachable(outcome.reason, outcome.detail)
  return outcome.value
}
