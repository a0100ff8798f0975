import type { Clock } from '../clock.ts'
import { claimMails, updateMailOutcome, type MailRow } from '../db/queries/mails.ts'
import type { Database } from '../db/pool.ts'
import type { Logger } from '../telemetry/logger.ts'
import { formatTypeId } from '../type-id.ts'
import { renderMail } from './render.ts'
import { mailConnectionsMax, sendTimeoutMs, type MailTransport, type SendOutcome } from './transport.ts'

export type SendMailsOptions = {
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly transport: MailTransport
  readonly from: string
  /** In the Message-ID. */
  readonly host: string
  /** What the button of a mail opens; undefined when it has none. */
  toLink(mail: MailRow): Promise<string | undefined>
  readonly random?: () => number
}

/** Mails that a worker takes at once. */
const claimedMax = 30
/** A worker that died lets go after that; one that lives gives back in time what it does not get to. */
const leaseMs = 300_000
/** So often the server may put one mail off. */
const attemptsMax = 8
const retryBaseMs = 60_000
const retryMsMax = 6 * 3_600_000
/** While the server cannot be reached, mails wait without counting the attempts … */
const unreachableRetryMs = 60_000
/** … and what nobody could send for so long is not worth sending any more. */
export const mailAgeMaxMs = 72 * 3_600_000

/** Sends what is due, until nothing is, the server cannot be reached, or the signal asks to stop. */
export async function sendMails(options: SendMailsOptions, signal: AbortSignal): Promise<number> {
  let sent = 0
  while (!signal.aborted) {
    const now = options.clock()
    const leaseUntil = new Date(now.getTime() + leaseMs)
    const mails = await claimMails(options.database, { now, leaseUntil, rowsMax: claimedMax })
    if (mails.length === 0) break
    const batch = await sendBatch(options, mails, { leaseUntil, signal })
    sent += batch.sent
    if (batch.isStopped) break
  }
  return sent
}

type Turn = { readonly leaseUntil: Date; readonly signal: AbortSignal }

async function sendBatch(
  options: SendMailsOptions,
  mails: readonly MailRow[],
  { leaseUntil, signal }: Turn,
): Promise<{ readonly sent: number; readonly isStopped: boolean }> {
  const queue = [...mails]
  const state = { sent: 0, isStopped: false }
  const lane = async (): Promise<void> => {
    for (let mail = queue.shift(); mail !== undefined; mail = queue.shift()) {
      const hasTime = options.clock().getTime() + sendTimeoutMs < leaseUntil.getTime()
      if (state.isStopped || signal.aborted || !hasTime) {
        await giveBack(options, mail, state.isStopped ? unreachableRetryMs : 0)
        continue
      }
      const outcome = await sendOne(options, mail)
      if (outcome.kind === 'sent') state.sent++
      if (outcome.kind === 'unreachable') state.isStopped = true
    }
  }
  await Promise.all(Array.from({ length: mailConnectionsMax }, lane))
  return { ...state, isStopped: state.isStopped || signal.aborted }
}

async function sendOne(options: SendMailsOptions, mail: MailRow): Promise<SendOutcome> {
  const { database, clock, transport, from, host } = options
  const at = clock()
  if (at.getTime() - mail.createdAt.getTime() > mailAgeMaxMs) {
    const reason = 'It stood in the outbox for more than three days'
    await updateMailOutcome(database, mail, { state: 'failed', at, error: reason, isCounted: false })
    return { kind: 'refused', reason }
  }
  const { template, locale, organizationName, data } = mail
  const link = await options.toLink(mail)
  const { language, subject, text, html } = renderMail({ template, locale, organizationName, data, link })
  // The same with every attempt, so that a mail that was sent twice is recognised.
  const messageId = `<${formatTypeId('mail', mail.id)}@${host}>`
  const outcome = await transport.send({ from, to: mail.recipient, messageId, date: at, language, subject, text, html })
  await record(options, mail, outcome)
  return outcome
}

async function record(options: SendMailsOptions, mail: MailRow, outcome: SendOutcome): Promise<void> {
  const { database, clock, logger } = options
  const at = clock()
  if (outcome.kind === 'sent') return updateMailOutcome(database, mail, { state: 'sent', at, error: null })
  const error = outcome.reason
  const isLast = outcome.kind === 'refused' || (outcome.kind === 'later' && mail.attempts >= attemptsMax)
  logger.warn({ mail: formatTypeId('mail', mail.id), outcome: outcome.kind, reason: error }, 'a mail was not sent')
  if (isLast) return updateMailOutcome(database, mail, { state: 'failed', at, error })
  const delayMs = outcome.kind === 'unreachable' ? unreachableRetryMs : retryBaseMs * 2 ** (mail.attempts - 1)
  const dueAt = new Date(at.getTime() + jitter(Math.min(delayMs, retryMsMax), options.random))
  const isCounted = outcome.kind !== 'unreachable'
  return updateMailOutcome(database, mail, { state: 'waiting', at, dueAt, isCounted, error })
}

function giveBack({ database, clock, random }: SendMailsOptions, mail: MailRow, delayMs: number): Promise<void> {
  const at = clock()
  const dueAt = new Date(at.getTime() + jitter(delayMs, random))
  return updateMailOutcome(database, mail, { state: 'waiting', at, dueAt, isCounted: false, error: mail.lastError })
}

/** Up to a quarter more or less, so that mails that failed together do not come back together. */
function jitter(ms: number, random: () => number = Math.random): number {
  return ms * (0.75 + 0.5 * random())
}
