import type { Config } from '../config.ts'
import { verifyMailServer } from '../mail/transport.ts'
import type { Finding } from './finding.ts'

const about = { check: 'mail', name: 'mail server' } as const
const noServer =
  'none is configured: mails wait in the outbox that administrators read, links can be copied; SMTP_URL changes that'

/** Connects, encrypts and signs in as for a mail, and sends none. */
export async function checkMailServer({ smtp, smtpCa }: Pick<Config, 'smtp' | 'smtpCa'>): Promise<Finding> {
  if (smtp === undefined) return { ...about, status: 'ok', detail: noServer, facts: { isConfigured: false } }
  const where = `${smtp.host}:${smtp.port}, TLS ${smtp.tls}`
  const facts = { isConfigured: true, host: smtp.host, port: smtp.port }
  const reason = await verifyMailServer({ ...smtp, caFile: smtpCa })
  return reason === undefined
    ? { ...about, status: 'ok', detail: where, facts }
    : { ...about, status: 'failed', detail: `${where}: ${reason}`, facts }
}
