import type { Reason } from './reason.ts'

/** This object, as it is, is not taken. */
export const objectReasons = {
  Conflict: {
    class: 'object',
    actor: 'administrator',
    meaning: 'A value that must be unique is taken in the app (409).',
    remedy: 'Find who holds it in the app, and change one of the two, or let the rules match that account.',
  },
  InvisibleConflict: {
    class: 'object',
    actor: 'appOwner',
    meaning: 'The app says that the account exists and does not show it.',
    remedy:
      'Ask the owner of the app: an account with this name is deleted, inactive or of another tenant there. It is not created again before somebody acts.',
  },
  Ambiguous: {
    class: 'object',
    actor: 'administrator',
    meaning: 'More than one account matches.',
    remedy: 'Make the value unique in the app, match by another attribute, or link the right account by hand.',
  },
  AlreadyLinked: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The account that matches is linked to somebody else.',
    remedy: 'Two objects of the directory have the same matching value: correct one of them, or remove the wrong link.',
  },
  AdoptionNeedsApproval: {
    class: 'object',
    actor: 'administrator',
    meaning: 'An account exists, and the rules ask before they link it.',
    remedy: 'Approve it in the plan.',
  },
  AdoptionRefused: {
    class: 'object',
    actor: 'administrator',
    meaning: 'An account exists, and the rules link none that exist.',
    remedy: 'Allow linking in the rules, or remove the account in the app.',
  },
  VanishedHeld: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The account is gone in the app, and the rules hold such objects.',
    remedy: 'Find out who deleted it, then create it again or remove the link.',
  },
  Vanished: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The account is gone in the app.',
    remedy: 'Nothing where the rules create it again.',
  },
  InvalidValue: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The app does not take a value (invalidValue).',
    remedy: 'Look at the attribute and at what the app allows there, and correct the mapping or the source.',
  },
  InvalidSyntax: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The app does not understand the request (invalidSyntax).',
    remedy: 'Run the qualification of the app: its profile may be wrong.',
  },
  InvalidPath: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The app does not know an attribute (invalidPath).',
    remedy: 'Remove the mapping, or correct its path.',
  },
  NoTarget: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The app does not find the element that should change (noTarget).',
    remedy: 'Nothing: the account is read and the whole list is sent. If it goes on, run the qualification of the app.',
  },
  Immutable: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The app does not let an attribute change (mutability).',
    remedy: 'Map it on create only.',
  },
  Sensitive: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The app does not take such a value in this place (sensitive).',
    remedy: 'Remove the mapping.',
  },
  MissingValue: {
    class: 'object',
    actor: 'administrator',
    meaning: 'A value that the app demands is missing.',
    remedy: 'Map the attribute, give the mapping a default, or fill it in the source.',
  },
  Unprocessable: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The app does not take the object (422).',
    remedy: 'Look at the words of the app in the log.',
  },
  Refused: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The app does not take the object (4xx).',
    remedy: 'Look at the words of the app in the log.',
  },
  TooLarge: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The request is larger than the app takes (413).',
    remedy: 'Lower the number of members a request in the profile.',
  },
  TooManyMembers: {
    class: 'object',
    actor: 'administrator',
    meaning: 'More members than the app takes in one request.',
    remedy: 'Nothing: it is sent in smaller pieces. Lower the number in the profile to avoid it.',
  },
  ObjectForbidden: {
    class: 'object',
    actor: 'appOwner',
    meaning: 'The app does not let this account be changed (403).',
    remedy: 'It is protected there, such as an owner: change it in the app, or leave it out by a filter.',
  },
  LicenseLimit: {
    class: 'object',
    actor: 'appOwner',
    meaning: 'The app has no seat left.',
    remedy: 'Buy seats or free some; then retry everything with this reason.',
  },
  InvalidDomain: {
    class: 'object',
    actor: 'appOwner',
    meaning: 'The app does not take addresses of this domain.',
    remedy: 'Verify the domain in the app.',
  },
  ExpressionFailed: {
    class: 'object',
    actor: 'administrator',
    meaning: 'An expression of the rules cannot be evaluated for this object.',
    remedy: 'Look at the attribute that is named, and correct the mapping or the source.',
  },
  BadType: {
    class: 'object',
    actor: 'administrator',
    meaning: 'A mapping yields a value of the wrong type.',
    remedy: 'Correct the mapping.',
  },
  NotUnique: {
    class: 'object',
    actor: 'administrator',
    meaning: 'No value is free of those that SelectUniqueValue offers.',
    remedy: 'Add another expression to it.',
  },
  NoDisable: {
    class: 'object',
    actor: 'administrator',
    meaning: 'The account should be disabled, and the rules say no way.',
    remedy: 'Map the attribute that disables, such as active.',
  },
  MembersNotApplied: {
    class: 'object',
    actor: 'appOwner',
    meaning: 'The app said yes, and its members are others than what was sent.',
    remedy: 'Run the qualification of the app: its profile may need another way to remove members.',
  },
  NotApplied: {
    class: 'object',
    actor: 'appOwner',
    meaning: 'The app said yes, and the account shows something else.',
    remedy: 'Look at the attribute: the app may rewrite or ignore it.',
  },
} as const satisfies Record<string, Reason>
