import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rotateSecrets } from '../../src/rotate-secrets.ts'
import { selectEventStream } from '../../src/db/queries/event-streams.ts'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import { takeAsyncRequest } from '../../src/events/async-requests.ts'
import { createStream, openAuthorization } from '../../src/events/streams.ts'
import {
  createTransmitter,
  getTransmitter,
  openTransmitterAuthorization,
} from '../../src/sign-in/signals/transmitters.ts'
import { createTestProvisioning, scimInit } from '../harness/provisioning.ts'

test('another encryption key opens what streams, transmitters and waiting requests have sealed', async () => {
  const old = generateEncryptionKey()
  const fresh = generateEncryptionKey()
  const server = await createTestProvisioning({ encryption: createEncryption([old]) })
  const tenant = await server.createTenant('acme')
  const organizationId = tenant.organization.id
  const { parts } = server.application
  const stream = await createStream(parts, server.call(), {
    organizationId,
    command: {
      issuer: 'https://rollcall.test',
      ownerId: null,
      endpointUrl: 'https://receiver.example.com',
      authorizationHeader: 'Bearer one',
    },
  })
  const transmitter = await createTransmitter(parts, server.call(), {
    organizationId,
    command: {
      issuer: 'https://idp.example.com',
      jwksUrl: 'https://idp.example.com/keys',
      pollUrl: 'https://idp.example.com/poll',
      authorizationHeader: 'Bearer two',
    },
    audiencesOf: () => ['us'],
  })
  const { connection } = await tenant.createConnection({ settings: { asyncRequests: true } })
  const key = (await tenant.createKey({ connectionId: connection.id })).secret
  const user = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ada' }
  const accepted = await server.send(
    '/scim/v2/Users',
    scimInit('POST', { key, body: user, headers: { prefer: 'respond-async' } }),
  )
  assert.equal(accepted.status, 202)

  assert.ok((await rotateSecrets(server.database, createEncryption([fresh, old]), server.clock)) >= 3)
  const encryption = createEncryption([fresh])
  const kept = await selectEventStream(server.database, organizationId, stream.id)
  assert.equal(kept === undefined ? undefined : openAuthorization(encryption, kept), 'Bearer one')
  const found = await getTransmitter(server.database, transmitter)
  assert.equal(openTransmitterAuthorization(encryption, found), 'Bearer two')
  const waiting = await takeAsyncRequest({ database: server.database, encryption }, server.clock())
  assert.deepEqual(JSON.parse(waiting?.body ?? '{}'), user)
  await server.close()
})
