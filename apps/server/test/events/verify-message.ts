import { Webhook } from 'standardwebhooks'
import type { Received } from './sink.ts'

/** Whether a message verifies by that secret with the library of Standard Webhooks, which asks the real clock too. */
export function isVerified(secret: string, { headers, body }: Received): boolean {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature']
  try {
    new Webhook(secret).verify(body, Object.fromEntries(names.map((name) => [name, String(headers[name])])))
    return true
  } catch {
    return false
  }
}
