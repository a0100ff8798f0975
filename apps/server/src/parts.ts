import type { Clock } from './clock.ts'
import type { Config } from './config.ts'
import type { PublicUrl } from './config/public-url.ts'
import type { Database } from './db/pool.ts'
import type { Encryption } from './encryption.ts'
import type { FetchJson } from './outbound.ts'
import type { OutboundConnections, OutboundStreams } from './outbound-connections.ts'
import type { OutboundFetch } from './outbound-fetch.ts'
import type { OutboundTcp } from './outbound-tcp.ts'
import type { OutboundSender } from './outbound-send.ts'
import type { Logger } from './telemetry/logger.ts'
import type { TxtLookup } from './txt-lookup.ts'
import type { Metrics } from './telemetry/metrics.ts'

/** What the composition root hands to every part: mounts, jobs and what runs at the start. */
export type Parts = {
  readonly config: Config
  readonly database: Database
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly encryption: Encryption
  /** DNS, for the proof that a domain belongs to an organization. */
  readonly lookUpTxt: TxtLookup
  /** Known once we listen: ROLLCALL_PUBLIC_URL, else the address we listen on. */
  readonly publicUrl: () => PublicUrl
  /** Reads what others publish at addresses that are fixed in our code. */
  readonly fetchJson: FetchJson
  /** Asks addresses that administrators typed in. */
  readonly outboundFetch: OutboundFetch
  /** The same for a connection that carries no HTTP. */
  readonly outboundTcp: OutboundTcp
  /** Sends to such addresses, again and again. */
  readonly outboundSender: OutboundSender
  /** Asks the servers of apps, over connections that stay open. */
  readonly outboundConnections: OutboundConnections
  /** The same for answers of any size. */
  readonly outboundStreams: OutboundStreams
  /** Aborted when the server begins to stop: what answers for long must come to an end. */
  readonly draining: AbortSignal
}
