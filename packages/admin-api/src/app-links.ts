import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { none, type Route } from './route.ts'
import { flag, idOf, instant, pageOf, pageQuery, searchText } from './values.ts'

const state = z
  .enum(['unlinked', 'linked', 'disabled', 'dead', 'ignored'])
  .describe(
    '`unlinked`: no account is known; `disabled`: it left scope and was disabled; `dead`: the account was deleted; `ignored`: a person decided that nothing happens',
  )
  .meta({ id: 'AppLinkState' })

export const link = z
  .object({
    object: z.object({ kind: z.enum(['user', 'team']), id: idOf('user', 'team'), name: z.string().nullable() }),
    state,
    isInScope: z.boolean(),
    origin: z.enum(['created', 'adopted']).nullable().describe('Whether we made the account, or found it'),
    targetKey: z.string().nullable().describe('Id of the account in the app'),
    rulesRevision: z.int().nullable(),
    appliedAt: instant.nullable().describe('When it was last written for certain'),
    isUncertain: z.boolean().describe('A request is on its way, or nobody knows its end'),
    failure: z
      .object({
        code: z.string(),
        attribute: z.string().nullable(),
        detail: z.string().nullable(),
        at: instant.nullable(),
        attempts: z.int(),
      })
      .nullable(),
    work: z
      .object({
        stage: z.enum(['evaluate', 'gate', 'held', 'export', 'members', 'reference', 'escrow']),
        dueAt: instant,
      })
      .nullable()
      .describe('What is to be done with it, and when at the earliest; null: nothing'),
    leftAt: instant.nullable().describe('When it left scope'),
    deleteDueAt: instant.nullable(),
  })
  .meta({ id: 'AppLink' })

const onLink = onApp.extend({ object: idOf('user', 'team') })
const path = `${appPath}/links` as const
const all = { tag: 'Apps', params: onLink, query: none, body: null } as const

export const appLinkRoutes = {
  listAppLinks: {
    ...all,
    method: 'GET',
    path,
    summary: 'Which account in the app is which person or team, and how it stands with each',
    scope: 'apps:read',
    params: onApp,
    query: z.object({
      ...pageQuery,
      kind: z.enum(['user', 'team']).optional(),
      state: state.optional(),
      failure: z
        .string()
        .regex(/^[A-Za-z]{1,60}$/, 'Expected the code of a reason')
        .optional(),
      targetKey: z.string().min(1).max(500).optional(),
      inScope: flag.optional().describe('`true`: only those who should have an account; `false`: only the others'),
      search: searchText.optional().describe('Part of a name or an address'),
    }),
    status: 200,
    answer: pageOf(link, 'AppLinkPage'),
    errors: ['invalidCursor'],
  },
  getAppLink: {
    ...all,
    method: 'GET',
    path: `${path}/{object}`,
    summary: 'How it stands with one person or team in the app',
    scope: 'apps:read',
    status: 200,
    answer: link,
    errors: [],
  },
  deleteAppLink: {
    ...all,
    method: 'DELETE',
    path: `${path}/{object}`,
    summary: 'Forget which account it is; the account stays as it is. The app must be paused or stopped',
    scope: 'apps:manage',
    status: 204,
    answer: null,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
