import type { Reason } from './reason.ts'

/** Waits for another object. */
export const referenceReasons = {
  ReferenceWaits: {
    class: 'reference',
    actor: 'nobody',
    meaning: 'Another object has no account in the app yet.',
    remedy: 'Nothing: it is sent as soon as that one is there.',
  },
  ReferenceOutOfScope: {
    class: 'reference',
    actor: 'administrator',
    meaning: 'Another object is not provisioned into the app.',
    remedy: 'Assign it, or let the mapping say what stands in its place.',
  },
  MemberWaits: {
    class: 'reference',
    actor: 'nobody',
    meaning: 'Members have no account in the app yet.',
    remedy: 'Nothing: they are added as soon as they are there.',
  },
  GroupWaits: {
    class: 'reference',
    actor: 'nobody',
    meaning: 'The group is not in the app yet.',
    remedy: 'Nothing: members are added as soon as it is.',
  },
} as const satisfies Record<string, Reason>
