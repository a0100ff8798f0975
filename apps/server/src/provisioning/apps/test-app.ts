import type { OutboundConnections } from '../../outbound-connections.ts'
import { redactDetail } from '../log/redact-detail.ts'
import { reasons, type Reason, type ReasonCode } from '../reasons.ts'
import { openTarget } from '../targets/open-target.ts'
import type { Exchange } from '../targets/target.ts'
import { getOpenedApp, type AppName } from './app.ts'
import type { Sealing } from './credentials.ts'

/** Whether an app can be reached with what is stored of it, and if not, why. */
export type AppTest = {
  readonly isWorking: boolean
  readonly reason: ReasonCode | undefined
  readonly explanation: Reason | undefined
  readonly detail: string | undefined
  readonly httpStatus: number | null
  readonly exchanges: readonly Exchange[]
}

const timeoutMs = 20_000

/** Asks an app for the cheapest thing that proves address and credentials; nothing there changes. Throws `appNotFound`. */
export async function testApp(
  parts: Sealing & { readonly outboundConnections: OutboundConnections; readonly clock: () => Date },
  now: Date,
  name: AppName,
): Promise<AppTest> {
  const app = await getOpenedApp(parts, now, name)
  const exchanges: Exchange[] = []
  const target = openTarget(app, {
    ...parts,
    onExchange: (exchange) => exchanges.push(exchange),
  })
  const outcome = await target.probe(AbortSignal.timeout(timeoutMs))
  const shown = redactDetail({ exchanges }, []).exchanges ?? []
  if (outcome.kind === 'done')
    return {
      isWorking: true,
      reason: undefined,
      explanation: undefined,
      detail: undefined,
      httpStatus: outcome.status,
      exchanges: shown,
    }
  const { reason, detail, status } = outcome
  return { isWorking: false, reason, explanation: reasons[reason], detail, httpStatus: status, exchanges: shown }
}
