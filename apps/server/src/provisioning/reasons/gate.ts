import type { Reason } from './reason.ts'

/** Waits for a person. */
export const gateReasons = {
  HeldDisables: {
    class: 'gate',
    actor: 'administrator',
    meaning: 'More accounts would be disabled than are allowed unasked.',
    remedy: 'Approve or reject the hold.',
  },
  HeldDeletes: {
    class: 'gate',
    actor: 'administrator',
    meaning: 'More accounts would be deleted than are allowed unasked.',
    remedy: 'Approve or reject the hold.',
  },
  HeldMemberRemovals: {
    class: 'gate',
    actor: 'administrator',
    meaning: 'More members would be removed than are allowed unasked.',
    remedy: 'Approve or reject the hold.',
  },
  HeldClears: {
    class: 'gate',
    actor: 'administrator',
    meaning: 'One attribute would be changed for more accounts than are allowed unasked.',
    remedy: 'Approve or reject the hold.',
  },
  Rejected: {
    class: 'gate',
    actor: 'administrator',
    meaning: 'A person rejected it.',
    remedy: 'Nothing, unless it was meant: then remove the link or change the rules.',
  },
  Quarantined: {
    class: 'gate',
    actor: 'administrator',
    meaning: 'The app is in quarantine; nothing is sent but probes.',
    remedy: 'Mend what its page names, and probe.',
  },
  Paused: { class: 'gate', actor: 'administrator', meaning: 'The app is paused.', remedy: 'Resume it.' },
  Stopped: {
    class: 'gate',
    actor: 'administrator',
    meaning: 'The app was stopped; changes wait.',
    remedy: 'Resume it.',
  },
  NotPublished: {
    class: 'gate',
    actor: 'administrator',
    meaning: 'No rules of the app are live yet, so that nobody is provisioned.',
    remedy: 'Make a plan of the draft, look at it, and apply it.',
  },
  PlanNeeded: {
    class: 'gate',
    actor: 'administrator',
    meaning: 'It waits for a plan to be applied.',
    remedy: 'Look at the plan, and apply it.',
  },
} as const satisfies Record<string, Reason>
