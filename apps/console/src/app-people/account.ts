import type { EntryOf } from '../api/queries.ts'
import type { Tone } from '../ui/state-chip.tsx'

export type Account = EntryOf<'listAppAccounts'>

export const classTones: { readonly [name in Account['class']]: Tone } = {
  equal: 'good',
  drift: 'warn',
  missing: 'bad',
  pending: 'info',
  orphan: 'quiet',
}
