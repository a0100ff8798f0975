import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { none, type Route } from './route.ts'
import { idOf, instant, pageOf, pageQuery, searchText } from './values.ts'

const subjectId = idOf('user', 'team')

const assignment = z
  .object({
    kind: z.enum(['user', 'team']),
    id: subjectId,
    name: z.string(),
    assignedBy: z.string(),
    assignedAt: instant,
  })
  .meta({ id: 'AppAssignment' })

const body = z
  .strictObject({ subjects: z.array(subjectId).min(1).max(1_000).describe('People and teams') })
  .meta({ id: 'AppSubjects' })

const changed = z
  .object({ changed: z.array(subjectId).describe('For whom something changed; all others were so already') })
  .meta({ id: 'AppAssignmentsChanged' })

const all = { tag: 'Apps', params: onApp, query: none } as const
const path = `${appPath}/assignments` as const

export const appAssignmentRoutes = {
  listAppAssignments: {
    ...all,
    method: 'GET',
    path,
    summary: 'Who is assigned to an app: people, and teams with their members',
    scope: 'apps:read',
    query: z.object({
      ...pageQuery,
      kind: z.enum(['user', 'team']).optional(),
      search: searchText.optional().describe('Part of a name or an address'),
    }),
    body: null,
    status: 200,
    answer: pageOf(assignment, 'AppAssignmentPage'),
    errors: ['invalidCursor'],
  },
  assignToApp: {
    ...all,
    method: 'POST',
    path,
    summary: 'Assign people and teams, all of them or nobody; more than 20 people by a plan where the app runs',
    scope: 'apps:manage',
    body,
    status: 200,
    answer: changed,
    errors: ['conflict'],
  },
  unassignFromApp: {
    ...all,
    method: 'POST',
    path: `${path}/remove`,
    summary: 'End assignments; who is assigned by a team as well stays; more than 20 people by a plan',
    scope: 'apps:manage',
    body,
    status: 200,
    answer: changed,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
