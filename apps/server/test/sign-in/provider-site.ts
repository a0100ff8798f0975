import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inflateRawSync } from 'node:zlib'
import type { TestSite } from '../harness/browser.ts'
import { issue } from './saml-harness.ts'
import type { createPair } from './saml-provider.ts'

type ProviderSite = AsyncDisposable & { readonly url: string; who: string; acs: string; entityId: string }

/** The identity provider's own page on another site: it believes everybody and makes the browser post its answer. */
export async function createProviderSite(
  site: TestSite,
  pair: Awaited<ReturnType<typeof createPair>>,
): Promise<ProviderSite> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1')
    const xml = inflateRawSync(Buffer.from(searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
    const id = / ID="([^"]+)"/.exec(xml)?.[1] ?? ''
    const answer = async (): Promise<string> => {
      const metadata = await (await site.application.fetch(own.entityId)).text()
      const claim = { nameId: own.who }
      const { acs, entityId } = own
      const SAMLResponse = await issue({
        claim,
        begun: { id },
        metadata,
        pair,
        now: site.application.clock(),
        entityId,
        acs,
      })
      const relayState = searchParams.get('RelayState') ?? ''
      return `<!doctype html><title>idp</title><form method="post" action="${acs}"><input name="SAMLResponse" value="${SAMLResponse}"><input name="RelayState" value="${relayState}"></form><script>document.forms[0].submit()</script>`
    }
    answer().then(
      (html) => response.writeHead(200, { 'content-type': 'text/html' }).end(html),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const own = { url, who: '', acs: '', entityId: '', [Symbol.asyncDispose]: async () => void server.close() }
  return own
}
