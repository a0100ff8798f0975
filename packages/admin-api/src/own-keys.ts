import { z } from 'zod'
import { createdKey, keyPage, rotateKeyBody, rotatedKey, key } from './keys.ts'
import { permissionName } from './roles.ts'
import { none, type Route } from './route.ts'
import { listedSession } from './sessions.ts'
import { displayName, flag, idOf, instant, limits, pageOf, pageQuery } from './values.ts'

const onKey = z.object({ key: idOf('key') })

const own = { tag: 'Own account', scope: 'any' } as const

export const ownKeyRoutes = {
  listOwnSessions: {
    ...own,
    method: 'GET',
    path: '/api/v1/me/sessions',
    summary: 'Where whoever is signed in is signed in, newest first',
    params: none,
    query: z.object(pageQuery),
    body: null,
    status: 200,
    answer: pageOf(
      listedSession.extend({ isCurrent: z.boolean().describe('That of this request') }).meta({ id: 'OwnSession' }),
      'OwnSessionPage',
    ),
    errors: ['invalidCursor'],
  },
  endOwnSession: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/sessions/{session}/end',
    summary: 'End one of one’s own sessions at once; twice is once',
    params: z.object({ session: idOf('session') }),
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: [],
  },
  endOtherSessions: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/sessions/end-others',
    summary: 'End all of one’s own sessions but the one of this request',
    params: none,
    query: none,
    body: null,
    status: 200,
    answer: z.object({ count: z.int().describe('So many had not ended yet') }).meta({ id: 'EndedSessions' }),
    errors: [],
  },
  listOwnKeys: {
    ...own,
    method: 'GET',
    path: '/api/v1/me/keys',
    summary: 'Keys that belong to whoever is signed in, oldest first, without their secrets',
    params: none,
    query: z.object({ ...pageQuery, revoked: flag.optional().describe('`true` lists revoked keys too') }),
    body: null,
    status: 200,
    answer: keyPage,
    errors: ['invalidCursor'],
  },
  createOwnKey: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/keys',
    summary: 'Make a key of one’s own; it ends with the account and opens no more than its owner may do',
    stepUp: true,
    params: none,
    query: none,
    body: z
      .strictObject({
        name: displayName,
        scopes: z.array(permissionName).min(1).max(limits.scopesMax).describe('Of what one may do oneself'),
        expiresAt: instant
          .nullable()
          .optional()
          .describe('Null: never. Left out: in 90 days, or what the organization allows'),
        allowedNetworks: z
          .array(z.string().max(60))
          .min(1)
          .max(limits.networksMax)
          .optional()
          .describe('Addresses and CIDR ranges that it may come from; left out: anywhere'),
      })
      .meta({ id: 'OwnKeyCreate' }),
    status: 201,
    answer: createdKey,
    errors: ['conflict'],
  },
  rotateOwnKey: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/keys/{key}/rotate',
    summary: 'Make a successor of a key of one’s own; both work during the overlap',
    stepUp: true,
    params: onKey,
    query: none,
    body: rotateKeyBody,
    status: 201,
    answer: rotatedKey,
    errors: ['conflict'],
  },
  revokeOwnKey: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/keys/{key}/revoke',
    summary: 'End a key of one’s own for good, in every process within a second',
    params: onKey,
    query: none,
    body: null,
    status: 200,
    answer: key,
    errors: [],
  },
} as const satisfies Record<string, Route>
