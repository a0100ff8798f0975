import type { EntryOf } from '../api/queries.ts'
import type { Tone } from '../ui/state-chip.tsx'

export type MailState = EntryOf<'listMails'>['state']

export const mailStates = ['waiting', 'sent', 'failed', 'canceled'] as const satisfies readonly MailState[]

export const mailTones: { readonly [state in MailState]: Tone } = {
  waiting: 'info',
  sent: 'good',
  failed: 'bad',
  canceled: 'quiet',
}
