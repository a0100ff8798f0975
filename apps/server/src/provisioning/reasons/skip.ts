import type { Reason } from './reason.ts'

const none = 'Nothing needs to be done.'

/** Nothing to do, and why. */
export const skipReasons = {
  NoChange: { class: 'skip', actor: 'nobody', meaning: 'The account holds what it should.', remedy: none },
  NotAssigned: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'The object is not assigned to the app.',
    remedy: 'Assign it, or a team that it is in, if it should be there.',
  },
  OutOfScope: {
    class: 'skip',
    actor: 'administrator',
    meaning: 'The filters of the rules leave the object out.',
    remedy: 'Look at the clauses that do not hold, and change the filter or the attribute.',
  },
  NotActive: {
    class: 'skip',
    actor: 'sourceOwner',
    meaning: 'The person is not active, and accounts are not created for people who are not.',
    remedy: 'Nothing, unless the person should be active: then activate the person in the directory.',
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
  SourceValueMissing: {
    class: 'skip',
    actor: 'sourceOwner',
    meaning: 'The value that accounts are matched by is empty.',
    remedy: 'Fill the attribute in the directory.',
  },
} as const satisfies Record<string, Reason>
