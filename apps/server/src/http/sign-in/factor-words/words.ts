/** What went wrong on a page about factors. */
export type FactorProblem =
  | 'wrongCode'
  | 'throttled'
  | 'passkeyFailed'
  | 'passkeyTaken'
  | 'passkeyTooMany'
  | 'expired'
  | 'lastFactor'
  | 'invalidName'
  | 'signInFailed'

/** `{organization}`, `{person}`, `{date}`, `{host}`, `{left}` and `{minutes}` stand for values. */
export type FactorWords = {
  readonly stepTitle: string
  readonly stepIntro: string
  readonly stepStuck: string
  readonly confirmTitle: string
  readonly confirmIntro: string
  readonly confirmOtherwise: string
  readonly signInAgain: string
  readonly protectTitle: string
  readonly protectIntro: string
  readonly usePasskey: string
  readonly codeLabel: string
  readonly continue: string
  readonly recoveryHeading: string
  readonly recoveryLabel: string
  readonly recoveryHint: string
  readonly signOut: string
  readonly factorsTitle: string
  readonly back: string
  readonly passkeysHeading: string
  readonly passkeysIntro: string
  readonly passkeysImpossible: string
  readonly passkeyMade: string
  readonly passkeyUsed: string
  readonly passkeyStranded: string
  readonly passkeyName: string
  readonly passkeyNewName: string
  readonly addPasskey: string
  readonly rename: string
  readonly remove: string
  readonly totpHeading: string
  readonly totpIntro: string
  readonly totpOn: string
  readonly totpSetUp: string
  readonly totpReplace: string
  readonly totpScan: string
  readonly totpByHand: string
  readonly totpPicture: string
  readonly totpConfirm: string
  readonly codesHeading: string
  readonly codesIntro: string
  readonly codesLeft: string
  readonly codesNone: string
  readonly codesMake: string
  readonly codesMakeAgain: string
  readonly codesTitle: string
  readonly codesKeep: string
  readonly codesKept: string
  readonly emergencyTitle: string
  readonly emergencyIntro: string
  readonly userName: string
  readonly emergencyButton: string
  readonly needsScript: string
  readonly inBrowser: { readonly cancelled: string; readonly known: string; readonly unsupported: string }
  readonly problems: { readonly [problem in FactorProblem]: string }
}
