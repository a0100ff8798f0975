import type { Transmitter } from './states.tsx'

/** What may happen on each kind of signal. */
export const effects = {
  onAccountDisabled: ['suspend', 'endSessions', 'ignore'],
  onAccountEnabled: ['reactivate', 'ignore'],
  onSessionRevoked: ['endSessions', 'ignore'],
} as const

export const signalNames = ['onAccountDisabled', 'onAccountEnabled', 'onSessionRevoked'] as const

export type Effects = Pick<Transmitter, (typeof signalNames)[number]>

/** As the server does it where nobody says otherwise. */
export const firstEffects: Effects = {
  onAccountDisabled: 'suspend',
  onAccountEnabled: 'ignore',
  onSessionRevoked: 'endSessions',
}

const outcomes = [
  'suspended',
  'reactivated',
  'sessionsEnded',
  'alreadySo',
  'ignored',
  'subjectUnknown',
  'held',
  'lastOwner',
  'builtInAccount',
] as const

/** What became of a signal, as far as this console knows the word. */
export function knownOutcome(outcome: string): (typeof outcomes)[number] | undefined {
  return outcomes.find((each) => each === outcome)
}
