import type { Reason } from './reason.ts'

const none = 'Nothing needs to be done.'

/** Nothing to do, and why. */
export const skipReasons = {
  NoChange: { class: 'skip', actor: 'nobody', meaning: 'The account holds what it should.', remedy: none },
  Queued: {
    class: 'skip',
    actor: 'nobody',
    meaning: 'It is in the queue: something is still to be looked at or sent.',
    remedy: 'Wait; its turn comes by itself.',
  },
  DoneElsewhere: {
    class: 'skip',
    actor: 'nobody',
    meaning: 'A worker had it in its turn at the same moment; the log tells what it did.',
    remedy: none,
  },
  NotAssigned: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'The object is not effectively entitled: neither it nor a team that it is in is assigned to the app.',
    remedy: 'Assign the person, or a team, to the app.',
  },
  OutOfScope: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'The object is out of scope: it is assigned, but the scoping filter leaves it out.',
    remedy: 'Change the scoping filter, or the attributes that it asks about.',
  },
  SourceDisabled: {
    class: 'skip',
    actor: 'sourceOwner',
    meaning: 'The account is suspended in the directory, so that no account is made for it.',
    remedy: 'Activate the account in its source.',
  },
  SourceDeleted: {
    class: 'skip',
    actor: 'sourceOwner',
    meaning: 'The object was deleted in the directory and can still be restored.',
    remedy: 'Restore it if it was deleted by mistake.',
  },
  SourcePurged: { class: 'skip', actor: 'nobody', meaning: 'The object was deleted for good.', remedy: none },
  MatchingValueMissing: {
    class: 'skip',
    actor: 'sourceOwner',
    meaning: 'Missing matching value: no attribute that accounts are matched by has a value.',
    remedy: 'Fill in one of the matching attributes at the source, or match by another one.',
  },
  NeverCreated: {
    class: 'skip',
    actor: 'nobody',
    meaning: 'The object left scope before it had an account.',
    remedy: none,
  },
  CreateNotAllowed: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'The object has no account, and the rules do not create any.',
    remedy: 'Allow creating in the rules, or create the account in the app: it is then found and linked.',
  },
  UpdateNotAllowed: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'The account differs, and the rules do not change any.',
    remedy: 'Allow updating in the rules.',
  },
  DeleteNotAllowed: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'The account should be deleted, and the rules do not delete any.',
    remedy: 'Allow deleting in the rules, or delete the account in the app.',
  },
  LeftAlone: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'The object left scope, and the rules leave the account as it is.',
    remedy: 'Choose another policy for those who leave, if that is not what is meant.',
  },
  Ignored: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'A person decided that nothing happens to this account.',
    remedy: 'Remove the link to take it up again.',
  },
  GroupsNotSupported: {
    class: 'skip',
    actor: 'appOwner',
    meaning: 'The app takes no groups.',
    remedy: 'Switch teams off in the rules, or ask the app for groups over SCIM.',
  },
} as const satisfies Record<string, Reason>
