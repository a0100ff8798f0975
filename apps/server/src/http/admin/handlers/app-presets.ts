import type { RouteAnswer } from '@rollcall/admin-api'
import type { AppPreset } from '../../../provisioning/presets/preset.ts'
import { appPresets, presetRules } from '../../../provisioning/presets/presets.ts'
import type { Handlers } from '../call-context.ts'
import { answerList, readTable } from '../list.ts'

type PresetView = RouteAnswer<'listAppPresets'>['data'][number]

export const appPresetHandlers: Handlers<'listAppPresets'> = {
  listAppPresets: (context, { query }) => {
    const all = Object.entries(appPresets)
    return answerList(context, {
      route: 'listAppPresets',
      query,
      read: async (page) => readTable(all, page, ([name]) => name),
      count: async () => all.length,
      view: ([name, preset]) => viewPreset(name, preset),
    })
  },
}

function viewPreset(name: string, preset: AppPreset): PresetView {
  const { kind, title, baseUrl, credentials, profile, steps } = preset
  return {
    name,
    kind,
    title,
    baseUrl,
    credentials: [...credentials],
    profile,
    rules: presetRules(preset),
    steps: [...steps],
  }
}
