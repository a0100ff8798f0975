import type { Config } from '../config.ts'
import { verifyMailServer } from '../mail/transport.ts'
import type { Finding } from './doctor.ts'

const name = 'mail server'

/** Connects, encrypts and signs in as for a mail, and sends none. */
export async function checkMailServer({ smtp, smtpCa }: Pick<Config, 'smtp' | 'smtpCa'>): Promise<Finding> {
  if (smtp === undefined)
    return { name, status: 'ok', detail: 'none is configured: mails stand in the outbox that administrators read' }
  const where = `${smtp.host}:${smtp.port}, TLS ${smtp.tls}`
  const reason = await verifyMailServer({ ...smtp, caFile: smtpCa })
  return reason === undefined
    ? { name, status: 'ok', detail: where }
    : { name, status: 'failed', detail: `${where}: ${reason}` }
}
