import type { MailCatalog } from '../template-data.ts'

export const en: MailCatalog = {
  mails: {
    invitation: {
      subject: 'You are invited to {organization}',
      heading: 'Welcome to {organization}',
      paragraphs: [
        'An account has been made for you at {organization}. Please confirm that this address is yours; until then you cannot sign in.',
        'The link works once, within {hours} hours of this mail.',
        'You did not expect this? Then ignore this mail: without your confirmation nothing happens.',
      ],
      button: 'Confirm my address',
    },
    keyCreated: {
      subject: 'A key was made for {serviceAccount}',
      heading: 'A new key at {organization}',
      paragraphs: [
        'A key was made for the service account {serviceAccount}.',
        'Key: {key} ({hint})',
        'It may: {scopes}',
        'It ends on {expiresAt}.',
        'Made by {actor} on {at}.',
        'If nobody of you did this, revoke the key and tell your administrators.',
      ],
    },
    keyRevoked: {
      subject: 'A key of {serviceAccount} was revoked',
      heading: 'A key was revoked at {organization}',
      paragraphs: [
        'A key of the service account {serviceAccount} was revoked. Whatever still uses it is refused from now on.',
        'Key: {key} ({hint})',
        'Revoked by {actor} on {at}.',
      ],
    },
    ownKeyCreated: {
      subject: 'A key was made in your name',
      heading: 'A new key of yours at {organization}',
      paragraphs: [
        'Somebody else made a key that acts in your name.',
        'Key: {key} ({hint})',
        'It may: {scopes}',
        'It ends on {expiresAt}.',
        'Made by {actor} on {at}.',
        'If you know nothing of it, tell your administrators.',
      ],
    },
    ownKeyRevoked: {
      subject: 'A key of yours was revoked',
      heading: 'A key of yours was revoked at {organization}',
      paragraphs: [
        'A key of yours was revoked by somebody else. Whatever still uses it is refused from now on.',
        'Key: {key} ({hint})',
        'Revoked by {actor} on {at}.',
      ],
    },
    keyExpiring: {
      subject: 'A key ends soon: {key}',
      heading: 'A key of {organization} ends soon',
      paragraphs: [
        'The key {key} ({hint}) ends on {expiresAt}. Whatever uses it stops working then.',
        'It belongs to the service account {serviceAccount}.',
        'Rotate the key in time: the old one and the new one can work side by side while you change the client.',
      ],
    },
    keyExpired: {
      subject: 'A key has ended: {key}',
      heading: 'A key of {organization} has ended',
      paragraphs: [
        'The key {key} ({hint}) ended on {expiresAt}. Whatever uses it is refused from now on.',
        'It belongs to the service account {serviceAccount}.',
        'Make a new key and enter it in the client.',
      ],
    },
    keyLeaked: {
      subject: 'A key was found in the open: {key}',
      heading: 'A key of {organization} has leaked',
      paragraphs: [
        'Somebody found the key {key} ({hint}) where others can read it.',
        'It was found here: {source}',
        'It was revoked on {revokedAt}. Whatever uses it is refused from now on: make a new key.',
        'The key {openKey} still works. Revoke it now and make a new one.',
        'Look at the last uses of the key: some of them may not be yours.',
      ],
    },
    keyOwnerLeft: {
      subject: 'A key has lost its owner: {key}',
      heading: 'The owner of a key has left {organization}',
      paragraphs: [
        'The account of {owner} is not active any more, and with it the key {key} ({hint}) has stopped working.',
        'Provisioning over the connection {connection} stands still until another key is used.',
        'This happened on {at}.',
        'Make a key for a service account and enter it in the client: it stays when people leave.',
      ],
    },
    webhookDisabled: {
      subject: 'A webhook was disabled: {webhook}',
      heading: 'A webhook of {organization} was disabled',
      paragraphs: [
        'The webhook {webhook} at {host} was disabled. It is told of nothing until somebody enables it.',
        'It answered on {goneAt} that it is there no more (410).',
        'Nothing had reached it since {failingSinceAt}.',
        'Look at its deliveries, repair the endpoint, enable the webhook and replay what it missed.',
      ],
    },
    certificateExpiring: {
      subject: 'A certificate ends soon: {identityProvider}',
      heading: 'A certificate of an identity provider of {organization} ends soon',
      paragraphs: [
        'A certificate that the identity provider {identityProvider} signs with ends on {expiresAt}.',
        'Its fingerprint: {fingerprint}',
        'If its metadata does not have the next certificate before that, nobody can sign in by it any more.',
        'Ask whoever runs the identity provider for the new metadata, or let it be read again.',
      ],
    },
    holdWaiting: {
      subject: 'A mass change waits: {connection}',
      heading: 'A mass change in {organization} waits for your decision',
      paragraphs: [
        '{changes} changes of the connection {connection} have waited for a decision since {openedAt}. Nothing of them was done.',
        'Look at the names, then approve or discard them. If nobody decides before {expiresAt}, they are dropped, and the identity provider goes on asking.',
      ],
    },
    appQuarantined: {
      subject: 'An app does not work: {app}',
      heading: 'The app {app} of {organization} does not work',
      paragraphs: [
        'Since {sinceAt} almost nothing goes through to the app {app}. Nothing is sent any more but probes, which come by themselves; everything else waits, and nothing is lost.',
        'The reason: {meaning}',
        'What to do: {remedy}',
        'The app said: {detail}',
        'As soon as probes succeed, everything goes on by itself. You can also ask for a probe at once.',
      ],
    },
    appPaused: {
      subject: 'An app was paused: {app}',
      heading: 'The app {app} of {organization} was paused',
      paragraphs: [
        'Nothing has gone through to the app {app} since {sinceAt}, so it was paused. Nothing is lost: links, rules and what waits are kept.',
        'The reason: {meaning}',
        'What to do: {remedy}',
        'When that is done, resume the app; it goes on where it was.',
      ],
    },
    appWorkHeld: {
      subject: '{count} operations on {app} wait for you',
      heading: '{count} operations on the app {app} of {organization} wait for your decision',
      paragraphs: [
        'In the app {app}, {count} accounts, groups or members would be disabled, deleted, removed or emptied, where {allowance} may pass in a day. None of it was sent.',
        'The most frequent cause, of {causeCount}: {cause}',
        'Look at the names, then approve all, some or none. If nobody decides before {lapsesAt}, they are judged anew.',
      ],
    },
    appEscrowGrown: {
      subject: '{count} objects cannot be provisioned into {app}',
      heading: 'The app {app} of {organization} does not take {count} people or teams',
      paragraphs: [
        'On {at}, {count} people or teams could not be provisioned into the app {app}. They are tried again by themselves, less and less often.',
        'The most frequent reason: {meaning}',
        'What to do: {remedy}',
      ],
    },
    sourceReadHeld: {
      subject: 'A read of {source} waits for you',
      heading: 'A read of the source {source} of {organization} looks wrong',
      paragraphs: [
        'On {at}, what the source {source} sent differed so much from what it had sent before that nothing of it was taken over.',
        'What looks wrong: {detail}',
        'Look at the read, then approve or reject it. Until then everything stays as it is.',
      ],
    },
    sourceReadFailed: {
      subject: 'The source {source} cannot be read',
      heading: 'The source {source} of {organization} could not be read',
      paragraphs: [
        'On {at}, the source {source} could not be read. Nobody was changed or disabled for it.',
        'Why: {meaning}',
        'What to do: {remedy}',
        'Details: {detail}',
      ],
    },
    appLeaversWaiting: {
      subject: 'People who left still have access to {app}: {count}',
      heading: 'People who left {organization} still have their account in the app {app}',
      paragraphs: [
        'In the app {app}, accounts of people who left should be disabled, and it does not get through: {count}. The first has waited since {sinceAt}.',
        'Look at the health of the app and at what it refuses. Until then, disable these accounts there by hand.',
        'As soon as the app takes it, everything goes on by itself.',
      ],
    },
    appPlanWaiting: {
      subject: 'A plan for {app} waits for you',
      heading: 'The reconciliation of the app {app} of {organization} has made a plan',
      paragraphs: [
        'The app {app} was compared with what it should have. The plan would: {summary}. None of it was sent.',
        'Look at the plan, then apply or discard it. After {expiresAt} it has to be made anew.',
      ],
    },
    appCredentialsExpiring: {
      subject: 'The credentials of an app end soon: {app}',
      heading: 'The credentials of the app {app} of {organization} end soon',
      paragraphs: [
        'What {organization} signs in to the app {app} with ends on {expiresAt}. From then on nothing reaches it: new people get no account, and leavers keep theirs.',
        'Make new credentials in the app and enter them here, with their end. The app goes on where it was.',
      ],
    },
    metadataRefused: {
      subject: 'The metadata of {identityProvider} was refused',
      heading: 'Metadata of an identity provider of {organization} was refused',
      paragraphs: [
        'The metadata of the identity provider {identityProvider} was read again on {at} and refused. What was known before still counts, so people can still sign in.',
        'The reason: {reason}',
        'Ask whoever runs the identity provider whether this is their document, before you change anything here. It is read again every hour.',
      ],
    },
    serviceAccountDisabled: {
      subject: 'The service account {serviceAccount} was disabled',
      heading: 'A service account was disabled at {organization}',
      paragraphs: [
        'The service account {serviceAccount} was disabled. Its keys are refused until it is enabled again.',
        'Disabled by {actor} on {at}.',
      ],
    },
    passkeyAdded: {
      subject: 'A passkey was added to your account',
      heading: 'A new passkey at {organization}',
      paragraphs: [
        'The passkey {name} was added to your account. Whoever has it can sign in as you.',
        'This happened on {at}.',
        'Was it not you? Sign in, remove the passkey, end your other sessions and tell your administrator.',
      ],
    },
    passkeyRemoved: {
      subject: 'A passkey was removed from your account',
      heading: 'A passkey is gone at {organization}',
      paragraphs: [
        'The passkey {name} was removed from your account and opens nothing any more.',
        'This happened on {at}.',
        'Was it not you? Tell your administrator at once.',
      ],
    },
    totpAdded: {
      subject: 'An authenticator app was added to your account',
      heading: 'One-time codes at {organization}',
      paragraphs: [
        'From now on, codes of an authenticator app are asked for when you sign in with your password.',
        'This happened on {at}.',
        'Was it not you? Tell your administrator at once.',
      ],
    },
    totpRemoved: {
      subject: 'The authenticator app was removed from your account',
      heading: 'No more one-time codes at {organization}',
      paragraphs: [
        'The authenticator app was removed from your account. Its codes are not taken any more.',
        'This happened on {at}.',
        'Was it not you? Tell your administrator at once.',
      ],
    },
    recoveryCodesMade: {
      subject: 'New recovery codes were made for your account',
      heading: 'New recovery codes at {organization}',
      paragraphs: [
        'New recovery codes were made for your account. Those from before are worth nothing any more.',
        'This happened on {at}.',
        'Was it not you? Tell your administrator at once.',
      ],
    },
    recoveryCodeUsed: {
      subject: 'A recovery code was used for your account',
      heading: 'A recovery code was used at {organization}',
      paragraphs: [
        'Somebody used one of your recovery codes. Codes that are left: {left}.',
        'This happened on {at}.',
        'Was it not you? Sign in, make new codes, end your other sessions and tell your administrator.',
      ],
    },
    factorsReset: {
      subject: 'Your ways to sign in were reset',
      heading: 'A reset at {organization}',
      paragraphs: [
        'An administrator took passkeys, authenticator app or recovery codes off your account, and you were signed out everywhere.',
        'Reason: {reason}',
        'This happened on {at}.',
        'Set them up again the next time you sign in. You did not ask for this? Tell your administrator.',
      ],
    },
    passwordForgotten: {
      subject: 'Choose a new password for {organization}',
      heading: 'A new password',
      paragraphs: [
        'Somebody asked for a new password for your account at {organization}. Choose it with this link.',
        'The link works once, within {minutes} minutes of this mail.',
        'You did not ask for it? Then ignore this mail: your password stays as it is.',
      ],
      button: 'Choose a password',
    },
    emailConfirmNew: {
      subject: 'Confirm your new address for {organization}',
      heading: 'A new mail address',
      paragraphs: [
        '{address} is to become the address of your account at {organization}. Please confirm that it is yours.',
        'The address changes when it was confirmed at the address until now too. The link works for {hours} hours.',
        'You did not ask for it? Then ignore this mail: nothing changes.',
      ],
      button: 'Confirm my address',
    },
    emailConfirmOld: {
      subject: 'Your address at {organization} is to change',
      heading: 'Your mail address is to change',
      paragraphs: [
        'Somebody who is signed in as you wants {address} to become the address of your account at {organization}, in place of this one.',
        'It changes only if you allow it with this link. The link works for {hours} hours.',
        'You did not ask for it? Then do not open the link, change your password and tell your administrators.',
      ],
      button: 'Allow the change',
    },
    setupLink: {
      subject: 'Connect {provider} to {organization}',
      heading: 'Connect {provider} to {organization}',
      paragraphs: [
        'You were asked to connect {provider} to {organization}. The page behind the button takes you through it step by step, with every value to copy, and shows at once whether it works. You need no account.',
        'You need to be an administrator of {provider}. You can pass this mail on to whoever is.',
        'The link works until {expiresAt}.',
        'You did not expect this? Then ask {organization} before you open it.',
      ],
      button: 'Begin',
    },
    test: {
      subject: 'Test mail from Rollcall',
      heading: 'Mail works',
      paragraphs: [
        'This is a test mail for {organization}. That you can read it means that Rollcall can send mail.',
        'Asked for on {at}.',
      ],
    },
  },
  copyLink: 'If the button does not work, copy this address into your browser:',
  footer: 'Sent automatically by Rollcall for {organization}. Replies are not read.',
}
