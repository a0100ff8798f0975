/** One thing that a check of an identity provider has looked at. */
export type ProviderCheck = {
  readonly name: 'discovery' | 'keys' | 'client' | 'logout' | 'metadata'
  /** `unknown`: it cannot be seen from here. */
  readonly state: 'passed' | 'failed' | 'unknown'
  readonly detail: string
}
