import type { Reason } from './reason.ts'

/** The app as a whole: nothing will go through for anybody. */
export const targetReasons = {
  CredentialsRefused: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The app does not take the credentials (401).',
    remedy: 'Give new credentials.',
  },
  Forbidden: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The credentials may not do this (403).',
    remedy: 'Give the credentials the right in the app.',
  },
  NameNotFound: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The name of the server cannot be found in DNS.',
    remedy: 'Correct the address.',
  },
  ConnectionRefused: {
    class: 'target',
    actor: 'appOwner',
    meaning: 'The server takes no connection.',
    remedy: 'Ask the owner of the app whether it is up and reachable from here.',
  },
  TlsFailed: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The certificate of the server cannot be verified.',
    remedy: 'If the app has an authority of its own, upload its certificate. Verification cannot be switched off.',
  },
  TlsRequired: {
    class: 'target',
    actor: 'administrator',
    meaning: 'This goes over TLS only, and the connection has none.',
    remedy: 'Use ldaps:// in the address, or switch on StartTLS.',
  },
  NotLdap: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The server answers with something that is no LDAP, or does not show what entries are known by.',
    remedy: 'Correct address, port and flavour, and let the account that we bind as read entryUUID or objectGUID.',
  },
  AddressNotAllowed: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The address is not public, and the operator did not allow it.',
    remedy: 'Let the operator name it in ROLLCALL_OUTBOUND_ALLOW.',
  },
  Redirected: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The server sends us elsewhere, which we do not follow: the credentials would go there too.',
    remedy: 'Enter the address that it redirects to, if it is the right one.',
  },
  HtmlAnswer: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The server answers with a page for people instead of SCIM.',
    remedy: 'The address is wrong, or a proxy or a sign-in stands before it.',
  },
  NotScim: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The server answers with something that is no SCIM.',
    remedy: 'Correct the address: it is what stands before /Users.',
  },
  EndpointNotFound: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The server does not know the address (404).',
    remedy: 'Correct the address: it is what stands before /Users.',
  },
  MethodNotSupported: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The app does not know this kind of request (405, 501).',
    remedy: 'Run the qualification of the app: its profile is wrong.',
  },
  MediaTypeRefused: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The app does not take our media type (406, 415).',
    remedy: 'Set another media type in the profile.',
  },
  VersionRequired: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The app wants the version of what is changed (428).',
    remedy: 'Switch on versions in the profile.',
  },
  FilterNotSupported: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The app does not search by the attribute that accounts are matched by.',
    remedy: 'Match by another attribute, or correct the form of filters in the profile.',
  },
  FilterIgnored: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The app answers a search with accounts that do not match.',
    remedy: 'Match by another attribute: linking by this one would link anybody.',
  },
  MassMissing: {
    class: 'target',
    actor: 'appOwner',
    meaning: 'Many accounts are gone in the app at once.',
    remedy: 'Nothing is created again before somebody looks: the app may be another one or empty.',
  },
  TokenRefused: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The server that gives access tokens refuses the credentials.',
    remedy: 'Correct client id, secret, scope or address of the token server.',
  },
  TokenServerFailed: {
    class: 'target',
    actor: 'appOwner',
    meaning: 'The server that gives access tokens does not work.',
    remedy: 'Ask its owner.',
  },
  CredentialsMissing: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The app has no credentials.',
    remedy: 'Give some.',
  },
  ProfileWrong: {
    class: 'target',
    actor: 'administrator',
    meaning: 'The request cannot be made with the profile of this app.',
    remedy: 'Run the qualification of the app.',
  },
  SameFailure: {
    class: 'target',
    actor: 'administrator',
    meaning: 'Most objects fail for one and the same reason.',
    remedy: 'Look at that reason: a mapping is likely to be wrong for all.',
  },
} as const satisfies Record<string, Reason>
