import { z } from 'zod'
import { inOrganization, type Route } from './route.ts'
import type { Permission } from './scopes.ts'
import { idOf, instant } from './values.ts'

/** What can be followed, and the permission that it takes; null: any. */
export const liveTopics = {
  runs: null,
  apps: 'apps:read',
  reads: 'sources:read',
  plans: 'apps:read',
  holds: 'log:read',
  quarantine: 'apps:read',
  notices: 'keys:read',
  setupLinks: 'connections:read',
  requests: 'log:read',
} as const satisfies Record<string, Permission | null>

export type LiveTopic = keyof typeof liveTopics

// Object.keys forgets the key type; the table above is the only source.
const topicNames = Object.keys(liveTopics) as [LiveTopic, ...LiveTopic[]]
const topicPattern = topicNames.join('|')

const topics = z
  .string()
  .regex(
    new RegExp(`^(?:${topicPattern})(?:,(?:${topicPattern}))*$`),
    `Expected one or more of ${topicNames.join(', ')}, with commas between`,
  )
  // The pattern lets only names of topics through.
  .transform((text) => [...new Set(text.split(','))] as LiveTopic[])
  .describe(
    `With commas between: ${topicNames.join(', ')}. Left out: all that the caller may read, but for requests, which are those of one connection`,
  )

const live = z
  .object({
    topics: z.array(z.enum(topicNames)),
    at: instant,
  })
  .meta({ id: 'Live' })

export const liveRoutes = {
  followOrganization: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/live',
    tag: 'Live',
    summary:
      'What changes now: with `Accept: text/event-stream`, events named by their topic, each with the state of one thing; `Last-Event-ID` goes on where a client was cut off. Otherwise which topics there would be',
    scope: 'any',
    params: inOrganization,
    query: z.object({
      topics: topics.optional(),
      connection: idOf('connection').optional().describe('Whose requests; asked for by the topic `requests`'),
    }),
    body: null,
    status: 200,
    answer: live,
    errors: [],
    hasEvents: true,
  },
} as const satisfies Record<string, Route>
