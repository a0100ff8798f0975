import { appSettings, provisioningRules, sourcePlace, sourceRules, sourceSettings } from '@rollcall/admin-api'
import type { Call } from '../access/call.ts'
import { createRequestLog } from '../audit/request-log.ts'
import { lockActivityMark, upsertPeopleCounts } from '../db/queries/activity-counts.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { Encryption } from '../encryption.ts'
import { openVault } from '../events/webhook-secret.ts'
import { createWebhook } from '../events/webhooks.ts'
import { createApp } from '../provisioning/apps/manage-apps.ts'
import { startOfDay } from '../insight/count-activity.ts'
import { publishRules, saveRules } from '../provisioning/apps/rules-revisions.ts'
import { addPart, beginFile, completeUpload } from '../sources/files.ts'
import { createSource } from '../sources/manage-sources.ts'
import { publishSourceRules } from '../sources/rules-revisions.ts'
import { startRead } from '../sources/start-read.ts'
import { createId } from '../type-id.ts'
import { toDemoAddress } from './demo-apps.ts'
import { addStreams } from './scene-streams.ts'

export type ScenePlace = {
  readonly database: Database
  readonly encryption: Encryption
  readonly organizationId: string
  readonly connectionId: string
  readonly keyId: string
  readonly people: number
  readonly now: Date
}

const dayMs = 86_400_000
const chartDays = 60

const rules = provisioningRules.parse({
  assignment: 'everyone',
  users: {
    mappings: [
      { target: 'userName', kind: 'direct', source: 'userPrincipalName' },
      { target: 'displayName', kind: 'direct', source: 'displayName' },
      { target: 'active', kind: 'expression', expression: 'Not([IsSoftDeleted])' },
    ],
    matching: [[{ target: 'userName', source: 'userPrincipalName' }]],
  },
})

/**
 * What there is to look at besides people: apps that are provisioned once the server runs (one works, one refuses some, one
 * has let its token expire, one is a draft), a source with a bad record, a webhook that nobody answers, streams of the log and of
 * security events, a chart that has begun.
 */
export async function addScene(place: ScenePlace): Promise<void> {
  const call: Call = { actor: 'demo', now: place.now, requestId: undefined, rights: 'all' }
  await addApp(place, call, { name: 'Wiki', host: 'wiki', isLive: true })
  await addApp(place, call, { name: 'Payroll', host: 'locked-payroll', isLive: true })
  await addApp(place, call, { name: 'Chat', host: 'chat', isLive: false })
  await addSource(place, call)
  await addWebhook(place, call)
  await addStreams(place, call)
  await addRequests(place)
  await addChart(place)
}

async function addApp(
  { database, encryption, organizationId }: ScenePlace,
  call: Call,
  app: { readonly name: string; readonly host: string; readonly isLive: boolean },
): Promise<void> {
  const target = { kind: 'scim', baseUrl: toDemoAddress(app.host), profile: {} } as const
  const command = {
    name: app.name,
    target,
    credentials: { kind: 'bearer', token: 'demo' } as const,
    settings: appSettings.parse({}),
  }
  const { id: appId } = await createApp({ database, encryption }, call, { organizationId, command })
  const { revision } = await saveRules(database, call, { organizationId, appId, document: rules })
  if (app.isLive) await publishRules(database, call, { organizationId, appId, revision })
}

// Nobody can be told by the last two lines: an id that was there before, and more cells than there are columns.
const employees = [
  'id,mail,name,title',
  'E-1001,hana.kim@hr.demo.example,김하나,엔지니어',
  'E-1002,ren.sato@hr.demo.example,佐藤 蓮,デザイナー',
  "E-1003,zoe.martin@hr.demo.example,Zoé Martin,Cheffe d'équipe",
  'E-1004,grace.ito@hr.demo.example,Grace Ito,Accountant',
  'E-1004,grace.ito@hr.demo.example,Grace Itō,Accountant',
  'E-1005,kai@hr.demo.example,Kai,Intern,Berlin,2026',
].join('\n')

async function addSource({ database, encryption, organizationId }: ScenePlace, call: Call): Promise<void> {
  const document = sourceRules.parse({
    anchor: 'id',
    mappings: [
      { target: 'userName', kind: 'direct', source: 'mail' },
      { target: 'displayName', kind: 'direct', source: 'name' },
      { target: 'title', kind: 'direct', source: 'title' },
    ],
    correlation: [[{ target: 'userName', source: 'mail' }]],
  })
  const command = {
    name: 'HR file',
    place: sourcePlace.parse({ kind: 'file', format: 'csv' }),
    settings: sourceSettings.parse({ approval: 'never' }),
  }
  const request = { organizationId, command, rules: document }
  const { id: sourceId } = await createSource({ database, encryption }, call, request)
  const name = { organizationId, sourceId }
  await publishSourceRules(database, call, { ...name, revision: 1 })
  const file = await beginFile(database, call, { ...name, name: 'employees.csv' })
  const bytes = Buffer.from(`${employees}\n`)
  await addPart({ database, encryption }, file, { fromByte: 0, bytes, now: call.now })
  await completeUpload({ database, encryption }, call, { ...file, bytes: bytes.byteLength })
  await startRead(database, call, name)
}

async function addWebhook({ database, encryption, organizationId, now }: ScenePlace, call: Call): Promise<void> {
  const vault = await openVault(database, encryption, now)
  // Its name leads nowhere, which is the point; nobody is asked about it here.
  const sender = {
    findFlaw: async () => undefined,
    send: () => Promise.reject(new Error('Nothing is sent here')),
    close: () => undefined,
  }
  const command = { name: 'SIEM', url: 'https://siem.demo-app.invalid/events', types: [], format: 'standard' } as const
  await createWebhook({ database, vault, sender }, call, { organizationId, command })
}

const user = 'urn:ietf:params:scim:schemas:core:2.0:User'
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

// What an identity provider of today gets wrong; those with a body can be replayed.
const mistakes = [
  {
    method: 'POST',
    path: '/o/demo/scim/v2/Users',
    resourceType: 'User',
    status: 400,
    scimType: 'invalidValue',
    detail: 'userName is required',
    requestBody: JSON.stringify({ schemas: [user], displayName: 'Nameless', active: true }),
  },
  {
    method: 'PATCH',
    path: '/o/demo/scim/v2/Users/00000000-0000-7000-8000-000000000000',
    resourceType: 'User',
    status: 404,
    scimType: null,
    detail: 'There is no User with the id 00000000-0000-7000-8000-000000000000',
    requestBody: JSON.stringify({
      schemas: [patchOp],
      Operations: [{ op: 'Replace', path: 'active', value: 'False' }],
    }),
  },
  {
    method: 'GET',
    path: '/o/demo/scim/v2/Users?filter=userName+is+%22ada%22',
    resourceType: 'User',
    status: 400,
    scimType: 'invalidFilter',
    detail: 'Expected an operator after userName',
    requestBody: null,
  },
] as const
const requestsOfToday = 18
const minuteMs = 60_000

async function addRequests({ database, organizationId, connectionId, keyId, now }: ScenePlace): Promise<void> {
  const log = createRequestLog({ database })
  for (let number = requestsOfToday; number > 0; number--) {
    const mistake = mistakes[number % mistakes.length] ?? mistakes[0]
    log.add({
      ...mistake,
      organizationId,
      connectionId,
      keyId,
      id: createId(),
      at: new Date(now.getTime() - number * 20 * minuteMs),
      client: 'Okta SCIM Client 1.0.0',
      ip: '192.0.2.10',
      resourceId: null,
      externalId: null,
      durationUs: 900 + number * 70,
      rules: [],
      changes: null,
      responseBody: null,
    })
  }
  await log.close()
}

/** People of the days before, as the job that counts them would have written them down. */
async function addChart({ database, organizationId, people, now }: ScenePlace): Promise<void> {
  const today = startOfDay(now)
  await transaction(database, async (tx) => {
    const from = new Date(today.getTime() - chartDays * dayMs)
    await lockActivityMark(tx, organizationId, { series: 'people', now: from })
    for (let day = chartDays; day > 0; day--) {
      const grown = Math.round(people * (1 - day / (chartDays * 3)))
      const suspended = Math.round(grown / 20)
      const pending = Math.round(grown / 15)
      const counts = { pending, active: grown - suspended - pending, suspended, deprovisioned: 0 }
      await upsertPeopleCounts(tx, organizationId, { day: new Date(today.getTime() - day * dayMs), counts })
    }
  })
}
