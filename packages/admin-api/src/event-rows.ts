import type { idPrefixes } from './ids.ts'

/** What an event is about, and which of our ids names it. */
export const subjectKinds = {
  user: 'user',
  team: 'team',
  resource: undefined,
  organization: 'organization',
  connection: 'connection',
  key: 'key',
  service_account: 'serviceAccount',
  role: 'role',
  role_mapping: 'roleMapping',
  run: 'run',
  hold: 'hold',
  gate_hold: 'gateHold',
  invitation: 'invitation',
  mail: 'mail',
  session: 'session',
  sign_in: undefined,
  api: undefined,
  factor: 'user',
  passkey: 'passkey',
  identity_provider: 'identityProvider',
  audit_stream: 'auditStream',
  webhook: 'webhook',
  event_stream: 'eventStream',
  transmitter: 'transmitter',
  app: 'app',
} as const satisfies Record<string, keyof typeof idPrefixes | undefined>

export type SubjectKind = keyof typeof subjectKinds

/** What `data` holds besides what every event has. */
export type EventShape = 'changes' | 'members' | 'details'

export type EventEntry = {
  readonly subject: SubjectKind
  readonly shape: EventShape
  readonly summary: string
  /** Counts up when a field goes or changes its meaning; new fields are no new version. */
  readonly version: number
}

function about(subject: SubjectKind, shape: EventShape, types: Readonly<Record<string, string>>): readonly Row[] {
  return Object.entries(types).map(([type, summary]) => [type, { subject, shape, summary, version: 1 }])
}

type Row = readonly [type: string, entry: EventEntry]

/** Every type that there is. */
export const eventRows: readonly Row[] = [
  ...about('user', 'changes', {
    'user.created': 'A person came into the organization',
    'user.updated': 'Attributes of a person changed',
    'user.suspended': 'A person was suspended: sessions ended, keys stopped',
    'user.reactivated': 'A suspended person may come back in',
    'user.activated': 'A person who was pending is active: the invitation was accepted, or an administrator said so',
    'user.deleted': 'A person was deprovisioned; restorable until purged',
    'user.restored': 'A deleted person came back',
    'user.purged': 'The personal data of a deleted person was forgotten for good',
    'user.adopted': 'A connection took over a person who was there before',
    'user.relinked': 'A deleted person came back through a connection and kept the account',
    'user.released': 'A connection let go of a person: local from now on',
    'user.claimed': 'A connection took a person over from another one',
  }),
  ...about('user', 'details', {
    'user.handed_over': 'What a leaving person owned was given to somebody else',
    'user.override_began': 'Attributes of a person were unlocked for a while',
    'user.override_ended': 'The unlocking of an attribute ended',
    'role.granted': 'A person was given a role',
    'role.revoked': 'A role was taken from a person',
    'role.kept': 'A mapping would have taken a role whose last holder this person is; it stayed',
    'role.unknown': 'A connection named a role that does not exist',
    'role.refused': 'A connection named a role that its key may not give',
  }),
  ...about('session', 'details', {
    'user.signed_in': 'A person signed in; `details.userId` says who',
    'session.proved': 'A person proved anew who they are, for a dangerous act',
    'session.revoked': 'A session ended before its time: signed out, revoked, or the person was cut off',
    'session.methods_set': 'Ways to sign in of an organization or a person changed',
    'session.password_link_made': 'A link was made by which a person sets a password',
  }),
  ...about('sign_in', 'details', {
    'user.sign_in_failed': 'An attempt to sign in was refused',
    'user.password_set': 'A person set a password; `details.userId` says who',
  }),
  ...about('factor', 'details', {
    'factor.added': 'A person has another factor: a passkey, an authenticator, recovery codes',
    'factor.removed': 'A factor of a person is gone',
    'factor.renamed': 'A factor of a person has another name',
    'factor.used': 'A recovery code was used',
    'factor.reset': 'All factors of a person were taken away',
  }),
  ...about('team', 'changes', {
    'team.created': 'A team was made',
    'team.updated': 'Attributes or settings of a team changed',
    'team.deleted': 'A team was deleted; restorable until purged',
    'team.restored': 'A deleted team came back',
    'team.purged': 'A deleted team was forgotten for good',
    'team.released': 'A connection let go of a team',
    'team.claimed': 'A connection took a team over from another one',
    'team.adopted': 'A connection took over a team that was there before',
    'team.linked': 'A team follows a group of the identity provider from now on',
    'team.unlinked': 'A team follows its group no longer',
  }),
  ...about('team', 'details', {
    'team.member_end_set': 'The day on which a membership ends was set, moved or cleared',
  }),
  ...about('team', 'members', { 'team.members_changed': 'People or teams joined or left a team' }),
  ...about('organization', 'members', { 'organization.members_changed': 'People joined or left the organization' }),
  ...about('resource', 'changes', {
    'resource.created': 'A resource of a custom type was made',
    'resource.updated': 'A resource of a custom type changed',
    'resource.deleted': 'A resource of a custom type was deleted',
  }),
  ...about('organization', 'details', {
    'organization.created': 'The organization was made',
    'organization.updated': 'Name, slug or settings of the organization changed',
    'organization.deleted': 'The organization was deleted; nobody may be left to hear of it',
    'organization.audit_trimmed': 'Old audit events went, with a signed checkpoint in their place',
    'organization.plan_changed': 'The organization has another plan',
    'organization.domain_claimed': 'A domain was claimed',
    'organization.domain_verified': 'DNS proved a domain',
    'organization.domain_deleted': 'A domain was given up',
    'organization.role_mapping_mode_changed': 'How groups give roles changed',
    'organization.schema_registered': 'A custom schema was registered',
    'organization.team_settings_changed': 'Where members of teams may come from, or the seats, changed',
  }),
  ...about('key', 'details', {
    'key.created': 'A key was made',
    'key.rotated': 'A key got a successor',
    'key.revoked': 'A key was revoked',
    'key.leaked': 'A key was found in the open',
    'key.consented': 'A person let an application act through a key',
    'key.notice_acknowledged': 'Somebody has seen a notice about a key',
  }),
  ...about('service_account', 'details', {
    'service_account.created': 'A service account was made',
    'service_account.updated': 'A service account changed',
    'service_account.disabled': 'A service account was disabled: its keys stop',
    'service_account.enabled': 'A service account was enabled again',
  }),
  ...about('connection', 'details', {
    'connection.created': 'A connection was made',
    'connection.updated': 'A connection changed',
    'connection.deleted': 'A connection was deleted, and its keys with it',
    'connection.scim_enabled': 'SCIM was enabled for a connection',
    'connection.scim_disabled': 'SCIM was disabled for a connection',
    'connection.decommissioned': 'A connection is being given up with all it brought',
    'connection.migration_started': 'People of a connection are being moved to another one',
    'connection.run_undone': 'An act on a whole connection was undone',
  }),
  ...about('identity_provider', 'details', {
    'identity_provider.created': 'An identity provider for signing in was made',
    'identity_provider.updated': 'An identity provider changed',
    'identity_provider.enabled': 'People may sign in through an identity provider',
    'identity_provider.disabled': 'Nobody may sign in through an identity provider',
    'identity_provider.metadata_refreshed': 'What an identity provider publishes about itself changed',
    'identity_provider.mappings_changed': 'What attributes of an identity provider give changed',
    'identity_provider.secret_changed': 'The secret for an identity provider changed',
    'identity_provider.key_published': 'Our next key stands in the metadata for an identity provider',
    'identity_provider.key_activated': 'Our next key signs for an identity provider',
    'identity_provider.key_retired': 'Our old key for an identity provider is gone',
    'identity_provider.notice_acknowledged': 'Somebody has seen a notice about an identity provider',
    'identity_provider.deleted': 'An identity provider was deleted',
  }),
  ...about('audit_stream', 'details', {
    'audit_stream.created': 'A stream of audit events was made',
    'audit_stream.updated': 'A stream of audit events changed',
    'audit_stream.deleted': 'A stream of audit events was deleted',
  }),
  ...about('event_stream', 'details', {
    'event_stream.created': 'A stream of security events was made',
    'event_stream.updated': 'A stream of security events changed',
    'event_stream.deleted': 'A stream of security events was deleted',
    'event_stream.paused': 'A stream of security events was paused: its receiver had taken nothing for days',
  }),
  ...about('transmitter', 'details', {
    'transmitter.created': 'A transmitter of shared signals was made',
    'transmitter.updated': 'A transmitter of shared signals changed',
    'transmitter.deleted': 'A transmitter of shared signals was deleted',
    'transmitter.signal_received': 'A transmitter sent a signal about a person',
  }),
  ...about('app', 'details', {
    'app.created': 'An app was made that people and teams can be provisioned into',
    'app.updated': 'Name, target, credentials or settings of an app changed',
    'app.deleted': 'An app was deleted; accounts in it stay as they are',
    'app.rules_drafted': 'Rules of an app were saved as a draft',
    'app.rules_published': 'An app runs by other rules',
    'app.link_deleted': 'Which account in an app is whose was forgotten; the account stays as it is',
    'app.assigned': 'People or teams were assigned to an app',
    'app.unassigned': 'People or teams are assigned to an app no longer',
    'app.paused': 'Nothing is sent to an app until it is resumed',
    'app.resumed': 'An app goes on where it was paused or stopped',
    'app.stopped': 'An app was stopped: its running cycle, if there is one, is the last',
    'app.plan_created': 'A plan of an app is being made; nothing is sent',
    'app.plan_applied': 'A plan of an app was carried out, and what it destroys approved',
    'app.plan_discarded': 'A plan of an app was discarded',
    'app.provisioned_by_hand': 'People or teams were sent to an app by hand',
    'app.reconciled': 'All accounts of an app are listed and compared with what it should have',
    'app.restarted': 'Everybody is evaluated anew for an app; links stay',
    'app.group_linked': 'A group that an app had already became that of a team',
    'app.group_unlinked': 'A team is pushed into an app no longer',
    'app.group_pushed': 'A team is sent to an app again, with all its members',
    'app.group_push_changed': 'Pushing a team into an app was paused or resumed, or its group keeps its name',
  }),
  ...about('api', 'details', { 'api.refused': 'A call of the admin API came to nothing' }),
  ...about('role', 'details', {
    'role.created': 'A role was made',
    'role.updated': 'A role changed',
    'role.deleted': 'A role was deleted',
  }),
  ...about('role_mapping', 'details', {
    'role_mapping.created': 'A group gives a role from now on',
    'role_mapping.updated': 'A mapping of a group to a role changed',
    'role_mapping.deleted': 'A group gives a role no longer',
  }),
  ...about('hold', 'details', {
    'hold.opened': 'A mass change is held until somebody decides',
    'hold.approved': 'A held mass change was approved',
    'hold.discarded': 'A held mass change was discarded',
    'hold.expired': 'A held mass change waited too long',
    'hold.undone': 'An approved mass change was undone',
    'hold.notice_acknowledged': 'Somebody has seen a reminder of a held mass change',
  }),
  ...about('app', 'details', {
    'app.degraded': 'Many requests to an app fail: it is sent to at half the rate',
    'app.quarantined': 'An app does not work: nothing is sent to it but probes, and everything waits',
    'app.recovered': 'An app works again',
    'app.credentials_expiring': 'The credentials of an app end in 30 or 7 days or in one',
    'app.gate_paused': 'Destructive work on an app passes uncounted until a time',
    'app.gate_resumed': 'Destructive work on an app is counted again',
    'app.escrow_retried': 'What an app had refused is tried again at once',
    'app.probed': 'Somebody asked for a probe of an app that does not work',
    'app.released': 'Somebody let an app out of quarantine without a probe',
  }),
  ...about('gate_hold', 'details', {
    'gate_hold.opened': 'More would be disabled, deleted or emptied in an app than may pass unseen: it is held',
    'gate_hold.approved': 'Held work of an app was approved, all or some of it',
    'gate_hold.rejected': 'Held work of an app was rejected, all or some of it',
    'gate_hold.lapsed': 'Nobody decided on held work of an app in time; it is judged anew',
  }),
  ...about('invitation', 'details', {
    'invitation.resent': 'An invitation was sent again',
    'invitation.revoked': 'An invitation was revoked',
    'invitation.link_copied': 'Somebody copied the link of an invitation',
  }),
  ...about('mail', 'details', {
    'mail.test_requested': 'A test mail was asked for',
    'mail.retried': 'A mail that had failed was sent again',
  }),
  ...about('run', 'details', {
    'run.queued': 'Long work was asked for',
    'run.done': 'Long work is done',
    'run.failed': 'Long work failed',
  }),
  ...about('event_stream', 'details', {
    'event_stream.created': 'A receiver of security event tokens got a stream',
    'event_stream.updated': 'A stream of security event tokens changed',
    'event_stream.deleted': 'A stream of security event tokens was deleted',
  }),
  ...about('webhook', 'details', {
    'webhook.created': 'An endpoint for webhooks was made',
    'webhook.updated': 'An endpoint changed',
    'webhook.deleted': 'An endpoint was deleted',
    'webhook.rotated': 'The secret of an endpoint has a successor; both sign for 24 hours',
    'webhook.disabled': 'An endpoint was disabled because it failed for days or said that it is gone',
    'webhook.recovered': 'What had failed was sent to an endpoint again',
    'webhook.replayed': 'What an endpoint had missed was sent to it',
    'webhook.notice_acknowledged': 'Somebody has seen a notice about an endpoint',
    'webhook.tested': 'A test event; it is sent to one endpoint on request and stands in no list of events',
  }),
]
