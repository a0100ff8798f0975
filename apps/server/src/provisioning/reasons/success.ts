import type { Reason } from './reason.ts'

const none = 'Nothing needs to be done.'

/** Things went well. */
export const successReasons = {
  Created: { class: 'success', actor: 'nobody', meaning: 'The account was created.', remedy: none },
  Adopted: { class: 'success', actor: 'nobody', meaning: 'An account that existed was linked.', remedy: none },
  Updated: { class: 'success', actor: 'nobody', meaning: 'The account was changed.', remedy: none },
  Drifted: {
    class: 'success',
    actor: 'nobody',
    meaning: 'Somebody changed the account in the app: it is made again what it should be.',
    remedy: 'Find out who changed it if that comes again.',
  },
  Disabled: { class: 'success', actor: 'nobody', meaning: 'The account was disabled.', remedy: none },
  Enabled: { class: 'success', actor: 'nobody', meaning: 'The account was enabled.', remedy: none },
  Deleted: { class: 'success', actor: 'nobody', meaning: 'The account was deleted.', remedy: none },
  OrphanEnforced: {
    class: 'success',
    actor: 'administrator',
    meaning: 'Nobody is assigned to the account, and the settings of the app take such accounts away.',
    remedy: 'Assign whoever should have it, or name it among the accounts that stay.',
  },
  AlreadyGone: {
    class: 'success',
    actor: 'nobody',
    meaning: 'The account was to be deleted and was not there any more.',
    remedy: none,
  },
  Unlinked: {
    class: 'success',
    actor: 'nobody',
    meaning: 'The account was left as it is and is not managed any more.',
    remedy: none,
  },
  MembersChanged: { class: 'success', actor: 'nobody', meaning: 'Members were added or removed.', remedy: none },
  Verified: { class: 'success', actor: 'nobody', meaning: 'The app was asked and shows what it should.', remedy: none },
} as const satisfies Record<string, Reason>
