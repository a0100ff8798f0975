import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { sourceSchedule } from './source-settings.ts'
import { instant } from './values.ts'

export const sourceScheduleRoutes = {
  previewSourceSchedule: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/source-schedules/preview',
    tag: 'Sources',
    summary: 'The next three times of a schedule that might be',
    scope: 'sources:read',
    params: inOrganization,
    query: none,
    body: z.strictObject({ schedule: sourceSchedule }).meta({ id: 'SourceSchedulePreviewAsk' }),
    status: 200,
    answer: z
      .object({ next: z.array(instant).describe('None where nothing is read by itself') })
      .meta({ id: 'SourceSchedulePreview' }),
    errors: [],
  },
} as const satisfies Record<string, Route>
