import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { StateChip, type Tone } from '../ui/state-chip.tsx'

export type Source = RouteAnswer<'getSource'>
export type Read = RouteAnswer<'getSourceRead'>

const sourceTones: { readonly [state in Source['state']]: Tone } = { draft: 'info', active: 'good', paused: 'warn' }

export function SourceState({ state }: { readonly state: Source['state'] }) {
  const { t } = useTranslation('sources')
  return <StateChip tone={sourceTones[state]}>{t(`state.${state}`)}</StateChip>
}

const readTones: { readonly [state in Read['state']]: Tone } = {
  reading: 'info',
  held: 'warn',
  accepted: 'info',
  judged: 'info',
  planned: 'info',
  applying: 'info',
  done: 'good',
  failed: 'bad',
  cancelled: 'quiet',
  rejected: 'quiet',
}

export function ReadState({ read }: { readonly read: Pick<Read, 'state' | 'requiresApproval'> }) {
  const { t } = useTranslation('sources')
  if (isPlanWaiting(read)) return <StateChip tone="warn">{t('readState.waiting')}</StateChip>
  return <StateChip tone={readTones[read.state]}>{t(`readState.${read.state}`)}</StateChip>
}

/** Nothing is done before somebody says so. */
export function isPlanWaiting({ state, requiresApproval }: Pick<Read, 'state' | 'requiresApproval'>): boolean {
  return state === 'planned' && requiresApproval
}

/** Whether a read goes on without anybody. */
export function isMoving(read: Pick<Read, 'state' | 'requiresApproval' | 'endedAt'>): boolean {
  return read.endedAt === null && read.state !== 'held' && !isPlanWaiting(read)
}

/** What is out of date when a read goes on or somebody decides about it. */
export const staleReads = [
  'listSources',
  'getSource',
  'listSourceReads',
  'getSourceRead',
  'getSourcePlan',
  'listSourceOperations',
  'listSourceRecords',
] as const
