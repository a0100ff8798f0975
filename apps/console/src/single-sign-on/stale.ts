/** What a change of an identity provider makes out of date. */
export const staleByChange = ['getIdentityProvider', 'listIdentityProviders', 'getSignInEnforcement'] as const
