import type { RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { collect } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'

const authentications = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const
const claimNames = ['userName', 'externalId', 'givenName', 'familyName', 'displayName', 'email', 'groups'] as const

type Choices = NonNullable<RouteBody<'updateIdentityProvider'>['oidc']>

/** The options that only OpenID Connect has. */
export type OidcOptions = {
  readonly issuer?: string
  readonly clientId?: string
  readonly clientCredentialFile?: string
  readonly authentication?: (typeof authentications)[number]
  readonly scope?: readonly string[]
  readonly claim?: readonly string[]
  readonly singleLogout?: boolean
}

export function withOidcChoices(command: Command): Command {
  return command
    .option('--issuer <url>', 'oidc: the issuer, to the letter; only when it is made')
    .option('--client-id <id>', 'oidc: what the identity provider calls us')
    .option('--client-credential-file <file>', 'oidc: the client secret in a file; - reads it from standard input')
    .addOption(new Option('--authentication <method>', 'oidc: how we show who we are').choices(authentications))
    .option('--scope <scope>', 'oidc: a scope to ask for (may repeat)', collect)
    .option('--claim <ours=theirs>', `oidc: the claim that holds ${claimNames.join(', ')} (may repeat)`, collect)
    .option('--single-logout', 'oidc: lead whoever signs out here to the identity provider’s sign-out')
    .option('--no-single-logout', 'oidc: sign out here only')
}

/** Without the issuer, which only `create` takes. */
export function toOidcChoices(options: OidcOptions): Choices {
  const { clientId, clientCredentialFile, authentication, scope, claim, singleLogout } = options
  return {
    ...(clientId !== undefined && { clientId }),
    ...(clientCredentialFile !== undefined && {
      clientSecret: readFileOption('--client-credential-file', clientCredentialFile).trim(),
    }),
    ...(authentication !== undefined && { authentication }),
    ...(scope !== undefined && { scopes: [...scope] }),
    ...(claim !== undefined && { claims: Object.fromEntries(claim.map(parseClaim)) }),
    ...(singleLogout !== undefined && { singleLogout }),
  }
}

function parseClaim(text: string): readonly [string, string] {
  const [ours = '', ...theirs] = text.split('=')
  const known = claimNames.find((name) => name === ours)
  if (known === undefined || theirs.join('=') === '')
    throw usageFailure(`--claim ${text}: expected ${claimNames.join(', ')} = the name of a claim`)
  return [known, theirs.join('=')]
}
