import type { Queryable } from '../pool.ts'

export type VerifiedStep = {
  /** How many rows were read. */
  readonly rows: number
  readonly last: number | null
  readonly last_hash: Buffer | null
  readonly erased: number
  /** The first row that does not fit, and why. */
  readonly broken: number | null
  readonly reason: 'missing' | 'link' | 'hash' | 'actorData' | 'subjectData' | null
}

/**
 * Verifies a stretch of a chain where it lies. `after` and `hash` are the last event before it. The line that is hashed is that of
 * audit/hash-chain.ts.
 */
export async function verifyAuditStretch(
  db: Queryable,
  stretch: { readonly organizationId: string; readonly after: number; readonly hash: Buffer; readonly rowsMax: number },
): Promise<VerifiedStep> {
  const { organizationId, after, hash, rowsMax } = stretch
  const { rows } = await db.query<VerifiedStep>(verify, [organizationId, after, hash, rowsMax])
  const [step] = rows
  if (step === undefined) throw new Error('A stretch of the audit log has no verdict')
  return step
}

const line = `concat_ws(E'\\n', sequence, id, round(date_part('epoch', at) * 1000)::bigint, action, result, actor,
  coalesce(connection_id::text, ''), coalesce(request_id, ''), array_to_string(targets, ','), details,
  encode(actor_digest, 'hex'), encode(subject_digest, 'hex'))`

const verify = {
  name: 'verify_audit',
  text: `with stretch as (
      select sequence, hash, actor_salt is null or subject_salt is null as is_erased, case
          when sequence <> lag(sequence, 1, $2::bigint) over w + 1 then 'missing'
          when previous_hash <> lag(hash, 1, $3::bytea) over w then 'link'
          when hash <> sha256(previous_hash || convert_to(${line}, 'UTF8')) then 'hash'
          when (actor_salt is null) <> (actor_data is null)
            or actor_digest <> sha256(actor_salt || convert_to(actor_data, 'UTF8')) then 'actorData'
          when (subject_salt is null) <> (subject_data is null)
            or subject_digest <> sha256(subject_salt || convert_to(subject_data, 'UTF8')) then 'subjectData'
        end as reason
      from (select * from audit_events where organization_id = $1 and sequence > $2 order by sequence limit $4) e
      window w as (order by sequence)
    ), wrong as (
      select sequence, reason from stretch where reason is not null order by sequence limit 1
    )
    select s.rows, s.last, (select hash from stretch where sequence = s.last) as last_hash, s.erased,
      w.sequence as broken, w.reason
    from (select count(*) as rows, max(sequence) as last, count(*) filter (where is_erased) as erased from stretch) s
    left join wrong w on true`,
}

export type ChainRow = {
  readonly sequence: number
  readonly hash: Buffer
  readonly signature: string
  readonly checkpoint: {
    readonly sequence: number
    readonly hash: string
    readonly before: string
    readonly signature: string
  } | null
}

export async function selectChain(db: Queryable, organizationId: string): Promise<ChainRow | undefined> {
  const { rows } = await db.query<ChainRow>(
    { text: 'select sequence, hash, signature, checkpoint from audit_chains where organization_id = $1' },
    [organizationId],
  )
  return rows[0]
}
