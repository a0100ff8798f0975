import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createProviderSite } from '../../server/test/sign-in/provider-site.ts'
import { createPair, metadataOf, providerUrl } from '../../server/test/sign-in/saml-provider.ts'
import { checkAccessibility } from './accessibility.ts'
import { createConsole, type ConsoleSite, type SignedIn } from './console-harness.ts'

let console: ConsoleSite
let idp: Awaited<ReturnType<typeof createProviderSite>>
let metadata: string

before(async () => {
  console = await createConsole()
  const pair = await createPair()
  idp = await createProviderSite(console.site, pair)
  metadata = metadataOf([pair.certificate]).replace(`${providerUrl}/sso`, `${idp.url}/sso`)
})
after(async () => {
  await idp[Symbol.asyncDispose]()
  await console[Symbol.asyncDispose]()
})

/** Presses Test sign-in and waits until the window that opens is through. */
async function trySignIn({ page, context }: SignedIn, who: string): Promise<void> {
  idp.who = who
  const opened = context.waitForEvent('page')
  await page.getByRole('button', { name: 'Test sign-in' }).click()
  const popup = await opened
  await popup.getByText('Nobody was signed in and nothing was changed.').waitFor()
  await popup.close()
}

test('an owner joins a SAML identity provider, tries it, turns it on and makes it the only way in; a person signs in by it', async () => {
  const ada = await console.signIn('ada@acme.example')
  const { page, visit, complaints } = ada
  await visit('/single-sign-on')
  await page.getByText('No identity provider yet').waitFor()
  await page.getByRole('link', { name: 'Add an identity provider' }).first().click()
  await page.getByRole('button', { name: 'Another one' }).first().click()
  await page.waitForURL(/id=idp_/)
  const addresses = await page
    .getByText(/\/saml\/org_\w+\/idp_\w+\/acs$/)
    .first()
    .textContent()
  idp.acs = addresses ?? ''
  idp.entityId = idp.acs.replace(/acs$/, 'metadata')
  await page.getByLabel('Name', { exact: true }).fill('Acme IdP')
  await page.getByLabel('Address of its metadata').fill('<none/>')
  await page.getByRole('button', { name: 'Add it' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Address of its metadata').fill(metadata)
  await page.getByRole('button', { name: 'Add it' }).click()
  await page.getByRole('heading', { name: 'Acme IdP' }).waitFor()

  // Off, and tried nevertheless: first with somebody who has no account.
  await trySignIn(ada, 'nobody@acme.example')
  await page.getByText('No account fits').waitFor()
  await page.getByText('To mend here').waitFor()
  await trySignIn(ada, 'ada@acme.example')
  await page.getByText('Would have signed in:').waitFor()
  await page.getByText('a•••@acme.example').first().waitFor()
  await page.getByLabel('Show the values').click()
  await page.getByRole('cell', { name: 'ada@acme.example' }).first().waitFor()
  await checkAccessibility(page)
  await page.getByRole('button', { name: 'Turn on' }).first().click()
  await page.getByText('People can sign in by it.').waitFor()

  // Nobody could come in without it: the button stays shut until an owner has a way back.
  const enforce = page.getByRole('button', { name: 'Enforce single sign-on' })
  assert.equal(await enforce.isDisabled(), true)
  const { database } = console.site.application
  await database.query({
    text: `insert into recovery_codes (organization_id, user_id, hash, created_at)
      select organization_id, id, '\\x01', now() from users where user_name_key = 'ada@acme.example'`,
  })
  await page.reload()
  await enforce.click()
  await page.getByRole('dialog').getByRole('button', { name: 'Enforce single sign-on' }).click()
  await page.getByText('Enforced', { exact: true }).waitFor()
  const { rows } = await database.query<{ methods: unknown }>({
    text: `select settings -> 'signIn' -> 'methods' as methods from organizations`,
  })
  assert.deepEqual(rows, [{ methods: { password: false, passkey: false, saml: true, oidc: true } }])

  const visitor = await console.browser.open({ locale: 'en-US' })
  await visitor.page.goto(`${console.site.url}/o/acme/sign-in?next=${encodeURIComponent('/console/acme/overview')}`)
  await visitor.page.getByRole('link', { name: 'Acme IdP' }).click()
  await visitor.page.waitForURL(/\/console\/acme\/overview$/)
  await visitor.page.locator('main h1').waitFor()
  await visitor.context.close()
  // The browser itself notes the refusal of what was no metadata.
  assert.deepEqual(
    complaints.filter((text) => !text.includes('400')),
    [],
  )
})

test('who came in and who did not stands on its page, with what was sent beside what was expected', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/single-sign-on')
  await page.getByRole('link', { name: 'Acme IdP' }).click()
  await page.getByRole('link', { name: 'Sign-ins' }).click()
  await page.getByRole('button', { name: 'No account fits' }).click()
  const panel = page.getByRole('dialog')
  await panel.getByText('as expected').first().waitFor()
  await panel.getByText('The message', { exact: true }).click()
  const shown = await panel.locator('pre').textContent()
  assert.ok(shown?.includes('n…@acme.example'), 'masked')
  assert.ok(!shown?.includes('nobody@'))
  await page.keyboard.press('Escape')
  await page.getByText('signed in', { exact: true }).waitFor()
  assert.deepEqual(complaints, [])
})

test('our certificate is changed in three steps, values give roles after a look at whom it touches, and a form keeps what is set', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  await visit('/single-sign-on')
  await page.getByRole('link', { name: 'Acme IdP' }).click()
  await page.getByRole('link', { name: 'Certificates' }).click()
  await page.getByRole('button', { name: 'Publish the next one' }).click()
  await page.getByText('Published, not used yet').waitFor()
  await page.getByRole('button', { name: 'Sign with it' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign with it' }).click()
  await page.getByText('Former', { exact: true }).waitFor()

  await page.getByRole('link', { name: 'Roles and teams' }).click()
  await page.getByRole('button', { name: 'Add a line' }).first().click()
  await page.getByLabel('Value', { exact: true }).fill('admins')
  await page
    .getByRole('combobox', { name: 'Role' })
    .or(page.getByRole('textbox', { name: 'Role' }))
    .click()
  await page.getByRole('option', { name: 'Owner', exact: true }).click()
  await page.getByLabel('Values give roles').click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('1 person would be affected').waitFor()
  await dialog.getByText('Could not sign in').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Discard' }).click()

  await page.getByRole('link', { name: 'Settings', exact: true }).last().click()
  await page.getByLabel('Let sign-ins begin at the identity provider').click()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.').waitFor()
  const { rows } = await console.site.application.database.query<{ on: boolean }>({
    text: `select (settings ->> 'idpInitiated')::boolean as on from identity_providers`,
  })
  assert.deepEqual(rows, [{ on: true }])
  assert.deepEqual(complaints, [])
})
