import type { Reason } from './reason.ts'

/** The app asked us to wait; nothing is wrong. */
export const throttleReasons = {
  TooManyRequests: {
    class: 'throttle',
    actor: 'nobody',
    meaning: 'The app takes no more requests at the moment (429).',
    remedy: 'Nothing: it goes on by itself. A lower limit of requests a second in the profile avoids it.',
  },
  Unavailable: {
    class: 'throttle',
    actor: 'nobody',
    meaning: 'The app is down for a while and said for how long (503).',
    remedy: 'Nothing: it goes on by itself.',
  },
} as const satisfies Record<string, Reason>
