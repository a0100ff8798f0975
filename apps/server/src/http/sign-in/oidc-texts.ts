import type { Language } from '../../language.ts'
import type { OidcRefusal } from '../../sign-in/oidc/sign-in.ts'
import { samlTexts } from './saml-texts.ts'
import { signInTexts } from './texts/catalog.ts'

/** What only OpenID Connect says; everything else is said as it is with SAML. */
type OidcTexts = {
  readonly emailNotVerified: string
  readonly unreachable: string
  readonly tooManyGroups: string
}

const oidcTexts: { readonly [language in Language]: OidcTexts } = {
  en: {
    emailNotVerified:
      'Your identity provider has not verified your mail address, so it does not tell who you are. Verify it there, then try again.',
    unreachable: 'Your identity provider does not answer as it should. Try again in a moment.',
    tooManyGroups:
      'You are in more groups than your identity provider can tell us, so your roles are unknown. Show this page to your administrators.',
  },
  ko: {
    emailNotVerified:
      'ID 공급자가 이메일 주소를 확인하지 않아 본인을 식별할 수 없습니다. ID 공급자에서 주소를 확인한 뒤 다시 시도해 주세요.',
    unreachable: 'ID 공급자가 올바르게 응답하지 않습니다. 잠시 후 다시 시도해 주세요.',
    tooManyGroups:
      'ID 공급자가 전달할 수 있는 것보다 많은 그룹에 속해 있어 역할을 알 수 없습니다. 이 페이지를 관리자에게 보여 주세요.',
  },
  ja: {
    emailNotVerified:
      'ID プロバイダーがメールアドレスを確認していないため、本人を特定できません。ID プロバイダーで確認してから、もう一度お試しください。',
    unreachable: 'ID プロバイダーが正しく応答していません。しばらくしてからもう一度お試しください。',
    tooManyGroups:
      'ID プロバイダーが伝えられる数を超えるグループに属しているため、ロールがわかりません。このページを管理者に見せてください。',
  },
  fr: {
    emailNotVerified:
      'Votre fournisseur d’identité n’a pas vérifié votre adresse e-mail ; elle ne dit donc pas qui vous êtes. Faites-la vérifier là-bas, puis réessayez.',
    unreachable: 'Votre fournisseur d’identité ne répond pas comme il faut. Réessayez dans un instant.',
    tooManyGroups:
      'Vous êtes dans plus de groupes que votre fournisseur d’identité ne peut en transmettre ; vos rôles sont donc inconnus. Montrez cette page à vos administrateurs.',
  },
}

/** Why somebody stays outside, in words for him. */
export function describeOidcRefusal(language: Language, code: OidcRefusal): string {
  const { kinds } = samlTexts[language]
  const own = oidcTexts[language]
  const texts = new Map<string, string>([
    ...Object.entries(signInTexts[language].problems),
    ['unknownRequest', kinds.again],
    ['otherBrowser', kinds.again],
    ['codeRefused', kinds.again],
    ['expired', kinds.clock],
    ['providerRefused', kinds.providerSaysNo],
    ['providerDisabled', kinds.providerOff],
    ['providerUnreachable', own.unreachable],
    ['emailNotVerified', own.emailNotVerified],
    ['tooManyGroups', own.tooManyGroups],
    ['noAccount', kinds.noAccount],
    ['ambiguous', kinds.ambiguous],
    ['noRole', kinds.noRole],
    ['lastOwner', kinds.noRole],
    ['invalidProfile', kinds.invalidProfile],
  ])
  return texts.get(code) ?? kinds.untrusted
}
