import { foldCase, scimError, type JsonObject } from '@rollcall/scim'
import type { DirectoryContext } from './directory-context.ts'
import { managerOf } from './ownership.ts'

/** GitHub's limit, the suffix included. */
export const loginCharactersMax = 39

/** How an account is called under styles with logins, and what it is found by. */
export type Login = { readonly login: string | null; readonly loginKey: string | null }

const noLogin: Login = { login: null, loginKey: null }

/**
 * The login of a person: GitHub's, made from userName, under styles that have one. Throws `invalidValue` when userName
 * makes none. An account of no connection has none, but what its userName would become is kept, so that it can be adopted.
 */
export function toLogin(attributes: JsonObject, context: DirectoryContext): Login {
  const userName = attributes['userName']
  if (typeof userName !== 'string') return noLogin
  if (context.style.githubLogins) {
    const suffix = context.settings.loginSuffix
    const login = suffix === undefined ? parseLogin(userName) : `${parseLogin(userName)}_${suffix}`
    if (login.length > loginCharactersMax) throw tooLong(userName, login)
    return { login, loginKey: foldCase(login) }
  }
  return managerOf(context.connectionId) === null ? toLocalLogin(attributes) : noLogin
}

/** What an account that no connection manages is found by: the login that its userName would become. */
export function toLocalLogin({ userName }: JsonObject): Login {
  if (typeof userName !== 'string') return noLogin
  const base = toLoginBase(userName)
  return { login: null, loginKey: findFlaw(base) === undefined ? foldCase(base) : null }
}

/** The login that a userName makes, without suffix; throws `invalidValue` with the reason when it makes none. */
export function parseLogin(userName: string): string {
  const login = toLoginBase(userName)
  const flaw = findFlaw(login)
  if (flaw !== undefined)
    throw scimError(
      'invalidValue',
      `userName "${userName.slice(0, 200)}" makes the login "${login.slice(0, 200)}", which ${flaw}`,
    )
  if (login.length > loginCharactersMax) throw tooLong(userName, login)
  return login
}

/**
 * GitHub's username considerations: what stands before `@` or behind `\`, a guest's name without the domain and `#EXT#`
 * that Entra ID puts into it, and a hyphen for every character that is no letter or digit. Letter case is kept.
 */
function toLoginBase(userName: string): string {
  const local = userName.slice(userName.lastIndexOf('\\') + 1).split('@', 1)[0] ?? ''
  const guest = local.search(/#EXT#/i)
  const name = guest < 0 ? local : withoutDomain(local.slice(0, guest))
  return name.replace(/[^a-z0-9]/giu, '-')
}

/** `bob_example.com` of `bob_example.com#EXT#@contoso.com`: Entra ID joins name and home domain by an underscore. */
function withoutDomain(name: string): string {
  const end = name.lastIndexOf('_')
  return end < 1 ? name : name.slice(0, end)
}

// Rejected, not repaired: two people might otherwise meet under one login.
function findFlaw(login: string): string | undefined {
  if (login === '') return 'is empty'
  if (login.startsWith('-')) return 'begins with a hyphen'
  if (login.endsWith('-')) return 'ends with a hyphen'
  return login.includes('--') ? 'has two hyphens in a row' : undefined
}

function tooLong(userName: string, login: string): Error {
  return scimError(
    'invalidValue',
    `userName "${userName.slice(0, 200)}" makes a login of ${login.length} characters; at most ${loginCharactersMax} are allowed`,
  )
}
