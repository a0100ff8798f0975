import type { Reason } from './reason.ts'

/** Nobody knows whether it was done; it is settled and tried again. */
export const transientReasons = {
  Timeout: {
    class: 'transient',
    actor: 'appOwner',
    meaning: 'The app gave no answer in time. It may have done what was asked.',
    remedy:
      'Nothing: it is looked at and tried again. If it goes on, the app is too slow: raise its time limit or ask its owner.',
  },
  ConnectionLost: {
    class: 'transient',
    actor: 'appOwner',
    meaning: 'The connection broke before the answer came. It may have been done.',
    remedy: 'Nothing: it is looked at and tried again.',
  },
  ServerError: {
    class: 'transient',
    actor: 'appOwner',
    meaning: 'The app failed (5xx). It may have been done.',
    remedy: 'Nothing: it is tried again. If it goes on, show the owner of the app the request in the log.',
  },
  MalformedAnswer: {
    class: 'transient',
    actor: 'appOwner',
    meaning: 'The app answered with something that is no SCIM.',
    remedy: 'Show the owner of the app the answer in the log.',
  },
  AnswerTooLarge: {
    class: 'transient',
    actor: 'appOwner',
    meaning: 'The answer of the app is larger than we read.',
    remedy: 'Ask for smaller pages in the profile.',
  },
  Interrupted: {
    class: 'transient',
    actor: 'nobody',
    meaning: 'We stopped waiting, because the app was paused or the server stops.',
    remedy: 'Nothing: it is looked at and tried again.',
  },
  VersionChanged: {
    class: 'transient',
    actor: 'nobody',
    meaning: 'Somebody else changed the account at the same time (412).',
    remedy: 'Nothing: it is read and tried again.',
  },
} as const satisfies Record<string, Reason>
