import { createDirectory } from './directory/create-directory.ts'
import { createInvitationLinks } from './directory/invitation-link.ts'
import { adminMounts } from './http/admin/mounts.ts'
import { consoleMounts } from './http/console/mounts.ts'
import { createDoors } from './http/doors.ts'
import { entraMounts } from './http/entra/mounts.ts'
import { githubMounts } from './http/github/mounts.ts'
import { invitationMounts } from './http/invitations/mounts.ts'
import type { Mount } from './http/mount.ts'
import { oauthMounts } from './http/oauth/mounts.ts'
import { createTokenSigner } from './events/token-signer.ts'
import { asyncRequestMounts } from './http/scim/async-requests.ts'
import { signalMounts } from './http/signals/mounts.ts'
import { createScimEndpoint } from './http/scim/endpoint.ts'
import { scimMounts } from './http/scim/mounts.ts'
import { createScimReplay } from './http/scim/replay.ts'
import { createScimProbe } from './http/scim/probe.ts'
import { securityTxtMounts } from './http/security-txt.ts'
import { customerSetUpMounts } from './http/set-up/mounts.ts'
import { setupMounts } from './http/setup/mounts.ts'
import { oidcMounts } from './http/sign-in/oidc.ts'
import { samlMounts } from './http/sign-in/saml.ts'
import { factorMounts } from './http/sign-in/factor-mounts.ts'
import { signInMounts } from './http/sign-in/mounts.ts'
import { createLiveHub } from './live/hub.ts'
import { createCustomerLinks } from './onboarding/customer-links.ts'
import { createMailLinks } from './mail-links.ts'
import { createTransmitterKeys } from './sign-in/signals/transmitter-keys.ts'
import type { Parts } from './parts.ts'
import { createChallenges } from './sign-in/challenges.ts'

/** Everything that the web serves besides the probes; each entry makes its mounts from the parts. */
export const mountFactories: readonly ((parts: Parts) => readonly Mount[])[] = [productMounts]

/** All APIs of one process stand behind the same doors: one key cache, one request log. */
function productMounts(parts: Parts): readonly Mount[] {
  const doors = createDoors(parts)
  const storage = createDirectory({ database: parts.database })
  const scim = createScimEndpoint({ ...parts, ...doors, storage })
  const signer = createTokenSigner(parts)
  const probeScim = createScimProbe(parts, scim)
  const replayScim = createScimReplay(parts)
  const liveHub = createLiveHub(parts)
  const callParts = {
    ...parts,
    liveHub,
    invitationLinks: createInvitationLinks(parts),
    mailLinks: createMailLinks(parts),
    customerLinks: createCustomerLinks(parts),
    probeScim,
    replayScim,
    challenges: createChallenges(parts),
  }
  return [
    ...scimMounts(doors, scim),
    ...signalMounts({ ...parts, ...doors, signer, keys: createTransmitterKeys(parts) }),
    ...asyncRequestMounts({ ...parts, ...doors, signer }),
    ...oauthMounts({ ...parts, ...doors }),
    ...githubMounts(callParts, doors),
    ...entraMounts(callParts, doors),
    ...consoleMounts(parts),
    ...securityTxtMounts(parts),
    ...setupMounts(parts),
    ...customerSetUpMounts(),
    ...invitationMounts(parts),
    ...factorMounts(parts),
    ...signInMounts(parts),
    ...samlMounts(parts),
    ...oidcMounts(parts),
    ...adminMounts(parts, { ...doors, probeScim, replayScim, liveHub }),
  ]
}
