import { AccessError } from './access-error.ts'

/** For what somebody else has changed since it was read; `what` begins the sentence, such as "The role". */
export function staleVersion(what: string, currentVersion: number | undefined): AccessError {
  const message = `${what} has changed in the meantime: read it again and repeat the change`
  return new AccessError('versionMismatch', message, currentVersion === undefined ? {} : { currentVersion })
}
