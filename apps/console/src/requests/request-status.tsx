import { StateChip, type Tone } from '../ui/state-chip.tsx'

const firstError = 400
const firstRedirect = 300

/** Status of an answer; what went wrong has a sign besides its colour. */
export function RequestStatus({ status }: { readonly status: number }) {
  return <StateChip tone={toneOf(status)}>{String(status)}</StateChip>
}

function toneOf(status: number): Tone {
  if (status < firstRedirect) return 'good'
  if (status < firstError) return 'quiet'
  // Come back later: nothing is broken.
  return status === 429 || status === 503 ? 'warn' : 'bad'
}
