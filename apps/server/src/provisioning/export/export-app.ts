import type { OpenedApp } from '../apps/app.ts'
import type { AccountRules } from '../evaluated.ts'
import type { CompiledRules } from '../rules/compiled.ts'
import type { Target } from '../targets/target.ts'
import type { ExportApp } from './context.ts'

/** An app with rules and target in hand, as whoever sends needs it. */
export function toExportApp(
  app: Pick<OpenedApp, 'organizationId' | 'id' | 'numbers'>,
  { rules, revision, target }: { readonly rules: CompiledRules; readonly revision: number; readonly target: Target },
): ExportApp {
  return {
    organizationId: app.organizationId,
    appId: app.id,
    numbers: app.numbers,
    revision,
    target,
    rulesOf: (kind) => (kind === 'user' ? rules.users : (rules.teams ?? untouched)),
  }
}

/** Of teams that the rules do not speak of any more. */
const untouched: AccountRules = {
  actions: { create: false, update: false, delete: false },
  leaving: { policy: 'nothing', graceDays: 0 },
  adoption: 'refuse',
  onVanished: 'hold',
}
