import { observeAuthentication } from '../access/access-metrics.ts'
import { createAuthenticator, type Authenticator } from '../access/authenticate.ts'
import { createEntraVerifier, entraKeysUrl } from '../access/entra-tokens.ts'
import { createSigningKeys } from '../access/signing-keys.ts'
import { createCallOrigins, type CallOrigins } from '../audit/call-origins.ts'
import { observeRequestLog } from '../audit/request-log-metrics.ts'
import { createRequestLog, type RequestLog } from '../audit/request-log.ts'
import type { Parts } from '../parts.ts'

/** What all APIs of one process share: who may come in, and what is written down about it. */
export type Doors = {
  readonly authenticator: Authenticator
  readonly requestLog: RequestLog
  /** Where calls of the admin API and of GitHub's came from. */
  readonly origins: CallOrigins
  /** Writes what is still in hand. */
  close(): Promise<void>
}

export function createDoors({ database, clock, logger, metrics, fetchJson }: Parts): Doors {
  const keys = createSigningKeys({ url: entraKeysUrl, fetchJson, clock })
  const authenticator = createAuthenticator({
    database,
    clock,
    entra: createEntraVerifier({ clock, keys }),
    observe: observeAuthentication(metrics.registry),
    onError: (error) =>
      logger.warn({ err: error }, 'The door could not do all of its work: uses of keys, or keys of Microsoft'),
  })
  const requestLog = createRequestLog({
    database,
    onError: (error) => logger.warn({ err: error }, 'The request log could not be written; it is tried again'),
  })
  const origins = createCallOrigins(database, (error) =>
    logger.warn({ err: error }, 'Where calls came from could not be written down'),
  )
  observeRequestLog(metrics.registry, requestLog)
  return {
    authenticator,
    requestLog,
    origins,
    close: async () => {
      await Promise.all([authenticator.close(), requestLog.close(), origins.close()])
    },
  }
}
