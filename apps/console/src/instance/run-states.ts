import type { EntryOf } from '../api/queries.ts'
import type { Tone } from '../ui/state-chip.tsx'

export type RunState = EntryOf<'listInstanceRuns'>['state']

export const runStates = ['queued', 'running', 'done', 'failed'] as const satisfies readonly RunState[]

export const runTones: { readonly [state in RunState]: Tone } = {
  queued: 'info',
  running: 'info',
  done: 'good',
  failed: 'bad',
}
