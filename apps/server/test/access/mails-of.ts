import type { TestApplication } from '../harness/application.ts'

export type StoredMail = { readonly template: string; readonly data: Readonly<Record<string, unknown>> }

/** What the outbox holds for an address, oldest first. */
export async function mailsOf({ database }: TestApplication, recipient: string): Promise<readonly StoredMail[]> {
  const { rows } = await database.query<StoredMail>(
    { text: 'select template, data from mails where recipient = $1 order by created_at, id' },
    [recipient],
  )
  return rows
}
