import type { Config } from '../config.ts'
import { verifyMailServer } from '../mail/transport.ts'
import type { Finding } from './doctor.ts'

const name = 'mail server'
const noServer =
  'none is configured: mails wait in the outbox that administrators read, links can be copied; SMTP_URL changes that'

/** Connects, encrypts and signs in as for a mail, and sends none. */
export async function checkMailServer({ smtp, smtpCa }: Pick<Config, 'smtp' | 'smtpCa'>): Promise<Finding> {
  if (smtp === undefined) return { name, status: 'ok', detail: noServer }
  const where = `${smtp.host}:${smtp.port}, TLS ${smtp.tls}`
  const reason = await verifyMailServer({ ...smtp, caFile: smtpCa })
  return reason === undefined
    ? { name, status: 'ok', detail: where }
    : { name, status: 'failed', detail: `${where}: ${reason}` }
}
