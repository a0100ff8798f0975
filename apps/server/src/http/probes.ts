import type { Metrics } from '../telemetry/metrics.ts'

/** One thing that must be well for the process to take traffic; resolves to a word for `?verbose` or throws. */
export type ReadinessCheck = { readonly name: string; run(): Promise<void> }

export type ProbeParts = {
  readonly checks: readonly ReadinessCheck[]
  readonly metrics: Metrics
  readonly isDraining: () => boolean
}

const checkTimeoutMs = 2_000
const text = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }

type Probe = (request: Request) => Response | Promise<Response>

/** Exact paths that answer without authentication and say nothing about the version. */
export function createProbes(parts: ProbeParts): ReadonlyMap<string, Probe> {
  const live: Probe = () => new Response('ok\n', { headers: text })
  const ready: Probe = (request) => answerReady(request, parts)
  const metrics: Probe = async () => {
    const { registry } = parts.metrics
    return new Response(await registry.metrics(), { headers: { 'content-type': registry.contentType } })
  }
  return new Map([
    ['/livez', live],
    ['/healthz', ready],
    ['/readyz', ready],
    ['/metrics', metrics],
  ])
}

async function answerReady(request: Request, parts: ProbeParts): Promise<Response> {
  const results = await Promise.all(parts.checks.map(runCheck))
  results.unshift({ name: 'not draining', isOk: !parts.isDraining() })
  const isReady = results.every(({ isOk }) => isOk)
  const verbose = new URL(request.url).searchParams.has('verbose')
  const lines = verbose ? results.map(({ name, isOk }) => `${isOk ? 'ok' : 'failed'} ${name}`) : []
  const body = [...lines, isReady ? 'ready' : 'not ready'].join('\n')
  return new Response(`${body}\n`, { status: isReady ? 200 : 503, headers: text })
}

type CheckResult = { readonly name: string; readonly isOk: boolean }

async function runCheck(check: ReadinessCheck): Promise<CheckResult> {
  const timeout = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => timeout.resolve(false), checkTimeoutMs)
  const outcome = check.run().then(
    () => true,
    () => false,
  )
  const isOk = await Promise.race([outcome, timeout.promise])
  clearTimeout(timer)
  return { name: check.name, isOk }
}
