import { openInvitations } from '../../src/directory/open-invitations.ts'
import type { TestApplication } from './application.ts'

/** What a worker does about invitations within a second: it makes their mails. */
export async function makeInvitationMails({
  database,
  clock,
}: Pick<TestApplication, 'database' | 'clock'>): Promise<void> {
  await openInvitations(database, { clock })
}
