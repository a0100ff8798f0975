import type { OutboundConnections } from '../../outbound-connections.ts'
import type { Sealing } from '../apps/credentials.ts'
import { destructionOf } from '../destruction.ts'
import { toWanted } from '../evaluated.ts'
import { readGate } from '../gate/gate-state.ts'
import type { LogAction, LogStatus, LogStep, ModifiedProperty } from '../log/log-row.ts'
import { reasons, type Reason, type ReasonCode } from '../reasons.ts'
import { previewMembers, type PreviewedMembers } from './preview-members.ts'
import { redactTrace } from './redact-trace.ts'
import { rehearse, type Rehearsal, type RehearsedExchange } from './rehearse.ts'
import { readStanding, type Standing, type StandingRequest } from './standing.ts'
import { toTraceSteps } from './trace-steps.ts'

/** What the gate would say to it. */
export type GateEffect = {
  readonly class: 'disable' | 'delete' | 'clear'
  readonly cause: string
  readonly allowance: number | null
  readonly used: number
  /** `counted`: it passes and counts; `held`: a person would have to approve it; `off`: nothing is counted. */
  readonly effect: 'counted' | 'held' | 'off'
}

/** What would become of one person or team in an app; nothing was changed, here or there. */
export type Preview = {
  readonly standing: Standing
  readonly action: LogAction | null
  readonly status: LogStatus
  readonly reason: ReasonCode
  readonly explanation: Reason
  readonly steps: readonly LogStep[]
  /** In the order of sending. */
  readonly requests: readonly RehearsedExchange[]
  readonly modified: readonly ModifiedProperty[]
  readonly gate: GateEffect | null
  readonly members: PreviewedMembers | null
  readonly dueAt: Date | null
}

export type PreviewParts = Sealing & { readonly outboundConnections: OutboundConnections; readonly clock: () => Date }

/** Throws `appNotFound`, `rulesNotFound`, `subjectNotFound`, `unknownAttribute`. */
export async function previewObject(parts: PreviewParts, now: Date, request: StandingRequest): Promise<Preview> {
  const standing = await readStanding(parts, now, request)
  const rehearsal = await rehearse(parts, standing, now)
  const gate = await judgeGateEffect(parts, standing, now)
  return toPreview(standing, rehearsal, { gate, members: await previewMembers(parts.database, standing, now) })
}

function toPreview(standing: Standing, rehearsal: Rehearsal, effects: Pick<Preview, 'gate' | 'members'>): Preview {
  const { evaluated } = standing
  const { entries, exchanges, dueAt } = rehearsal
  const last = entries.at(-1)
  const reason = last?.reason ?? reasonOfRest(standing)
  const steps = toTraceSteps({ ...standing, ...rehearsal, reason })
  const modified = last?.detail?.modified ?? []
  const shown = redactTrace({ steps, exchanges, modified }, evaluated)
  const sent = exchanges.map(({ isSent }) => isSent)
  return {
    standing,
    action: last?.action ?? null,
    status: last?.status ?? 'skipped',
    reason,
    explanation: reasons[reason],
    steps: shown.steps ?? [],
    requests: (shown.exchanges ?? []).map((exchange, index) => ({ ...exchange, isSent: sent[index] ?? false })),
    modified: shown.modified ?? [],
    ...effects,
    dueAt: dueAt ?? null,
  }
}

/** Why nothing is to be done. */
export function reasonOfRest({ link, evaluated }: Pick<Standing, 'link' | 'evaluated'>): ReasonCode {
  if (link.state === 'ignored') return 'Ignored'
  return evaluated.failure?.reason ?? evaluated.reason ?? 'NoChange'
}

async function judgeGateEffect(
  { database }: PreviewParts,
  { app, rules, object, link, evaluated }: Standing,
  now: Date,
): Promise<GateEffect | null> {
  const objectRules = object.kind === 'user' ? rules.users : rules.teams
  if (objectRules === undefined) return null
  const wanted = toWanted(evaluated, link, objectRules, now)
  const destruction = destructionOf(link, wanted, evaluated.reason)
  if (destruction === undefined) return null
  const {
    kind,
    allowance,
    used: usage,
  } = await readGate(database, { organizationId: app.organizationId, appId: app.id }, now)
  const used = destruction.class === 'clear' ? 0 : usage[destruction.class]
  const isOver = allowance !== null && destruction.class !== 'clear' && used + 1 > allowance
  const effect = kind === 'off' ? 'off' : isOver ? 'held' : 'counted'
  return { class: destruction.class, cause: destruction.facts.cause, allowance, used, effect }
}
