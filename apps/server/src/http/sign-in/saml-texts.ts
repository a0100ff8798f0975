import type { Language } from '../../language.ts'
import type { SamlRefusal } from '../../sign-in/saml/sign-in.ts'

/** What a person can do about a refusal: many codes are one thing to him. */
type Kind =
  | 'untrusted'
  | 'clock'
  | 'again'
  | 'providerSaysNo'
  | 'providerOff'
  | 'noAccount'
  | 'ambiguous'
  | 'noRole'
  | 'invalidProfile'
  | 'tooManyGroups'

type SamlTexts = {
  readonly title: string
  readonly kinds: { readonly [kind in Kind]: string }
  readonly attribute: string
  readonly value: string
  readonly comparedWith: string
  /** For whoever helps. */
  readonly code: string
  readonly tryAgain: string
  readonly signedOut: string
  readonly signOutThere: string
  readonly signedOutExplain: string
}

/** Undefined: the texts of all methods have one. */
export function kindOf(code: SamlRefusal): Kind | undefined {
  return kinds.get(code)
}

const kinds: ReadonlyMap<SamlRefusal, Kind> = new Map<SamlRefusal, Kind>([
  ...(
    [
      'malformed',
      'tooLarge',
      'forbiddenMarkup',
      'assertionCount',
      'duplicateId',
      'unsigned',
      'signaturePlacement',
      'weakAlgorithm',
      'signatureInvalid',
      'undecipherable',
      'issuerMismatch',
      'audienceMismatch',
      'recipientMismatch',
      'noSubject',
    ] as const
  ).map((code) => [code, 'untrusted'] as const),
  ['notYetValid', 'clock'],
  ['expired', 'clock'],
  ['unknownRequest', 'again'],
  ['otherBrowser', 'again'],
  ['unsolicited', 'again'],
  ['replayed', 'again'],
  ['providerRefused', 'providerSaysNo'],
  ['providerDisabled', 'providerOff'],
  ['noAccount', 'noAccount'],
  ['ambiguous', 'ambiguous'],
  ['noRole', 'noRole'],
  ['lastOwner', 'noRole'],
  ['invalidProfile', 'invalidProfile'],
  ['tooManyGroups', 'tooManyGroups'],
])

export const samlTexts: { readonly [language in Language]: SamlTexts } = {
  en: {
    title: 'You are not signed in',
    kinds: {
      untrusted:
        'The answer of your identity provider could not be trusted. Show this page to your administrators: the code tells them what is wrong.',
      clock:
        'The answer of your identity provider is not valid at this time. Try again; if it happens again, a clock is wrong there or here.',
      again: 'This sign-in was used already, took too long, or was begun somewhere else. Begin it again here.',
      providerSaysNo: 'Your identity provider did not let you in. Ask your administrators.',
      providerOff: 'Signing in by this identity provider is switched off.',
      noAccount:
        'You have no account here that fits what your identity provider says. Your administrators find below what was compared.',
      ambiguous:
        'More than one account fits what your identity provider says, so nobody was signed in. Your administrators must put this right.',
      noRole:
        'Your identity provider gives you no role here, and without a role nobody comes in. Ask your administrators for one.',
      invalidProfile: 'What your identity provider says about you cannot be stored here. Ask your administrators.',
      tooManyGroups:
        'You are in more groups than your identity provider can tell us, so your roles are unknown. Show this page to your administrators.',
    },
    attribute: 'Attribute',
    value: 'Value',
    comparedWith: 'Compared with',
    code: 'For your administrators:',
    tryAgain: 'Try again',
    signedOut: 'You are signed out',
    signOutThere: 'Sign out at your identity provider too',
    signedOutExplain: 'Here, and at your identity provider.',
  },
  ko: {
    title: '로그인되지 않았습니다',
    kinds: {
      untrusted:
        'ID 공급자의 응답을 신뢰할 수 없습니다. 이 페이지를 관리자에게 보여 주세요. 아래 코드로 원인을 알 수 있습니다.',
      clock:
        'ID 공급자의 응답이 현재 시각에는 유효하지 않습니다. 다시 시도해 주세요. 계속되면 어느 한쪽의 시계가 잘못된 것입니다.',
      again: '이미 사용되었거나 시간이 초과되었거나 다른 곳에서 시작된 로그인입니다. 여기에서 다시 시작해 주세요.',
      providerSaysNo: 'ID 공급자가 로그인을 허용하지 않았습니다. 관리자에게 문의하세요.',
      providerOff: '이 ID 공급자를 통한 로그인이 꺼져 있습니다.',
      noAccount:
        'ID 공급자가 보낸 정보와 일치하는 계정이 없습니다. 비교한 내용은 아래에서 관리자가 확인할 수 있습니다.',
      ambiguous:
        'ID 공급자가 보낸 정보와 일치하는 계정이 둘 이상이어서 로그인하지 않았습니다. 관리자가 바로잡아야 합니다.',
      noRole: 'ID 공급자가 부여한 역할이 없어 들어올 수 없습니다. 관리자에게 역할을 요청하세요.',
      invalidProfile: 'ID 공급자가 보낸 정보를 저장할 수 없습니다. 관리자에게 문의하세요.',
      tooManyGroups:
        'ID 공급자가 전달할 수 있는 것보다 많은 그룹에 속해 있어 역할을 알 수 없습니다. 이 페이지를 관리자에게 보여 주세요.',
    },
    attribute: '속성',
    value: '값',
    comparedWith: '비교 대상',
    code: '관리자용 정보:',
    tryAgain: '다시 시도',
    signedOut: '로그아웃되었습니다',
    signOutThere: 'ID 공급자에서도 로그아웃',
    signedOutExplain: '여기와 ID 공급자 모두에서 로그아웃되었습니다.',
  },
  ja: {
    title: 'サインインできませんでした',
    kinds: {
      untrusted:
        'ID プロバイダーの応答を信頼できませんでした。このページを管理者に見せてください。下のコードで原因がわかります。',
      clock:
        'ID プロバイダーの応答は現在の時刻では有効ではありません。もう一度お試しください。繰り返す場合は、どちらかの時計がずれています。',
      again:
        'このサインインはすでに使われたか、時間がかかりすぎたか、別の場所で開始されました。ここからもう一度始めてください。',
      providerSaysNo: 'ID プロバイダーがサインインを許可しませんでした。管理者にお問い合わせください。',
      providerOff: 'この ID プロバイダーによるサインインは無効になっています。',
      noAccount: 'ID プロバイダーの情報と一致するアカウントがありません。比較した内容は、下で管理者が確認できます。',
      ambiguous:
        'ID プロバイダーの情報と一致するアカウントが複数あるため、サインインしませんでした。管理者による修正が必要です。',
      noRole:
        'ID プロバイダーからロールが与えられていないため、入ることができません。管理者にロールを依頼してください。',
      invalidProfile: 'ID プロバイダーの情報を保存できません。管理者にお問い合わせください。',
      tooManyGroups:
        'ID プロバイダーが伝えられる数を超えるグループに属しているため、ロールがわかりません。このページを管理者に見せてください。',
    },
    attribute: '属性',
    value: '値',
    comparedWith: '比較対象',
    code: '管理者向けの情報:',
    tryAgain: 'もう一度試す',
    signedOut: 'サインアウトしました',
    signOutThere: 'ID プロバイダーからもサインアウト',
    signedOutExplain: 'ここと ID プロバイダーの両方でサインアウトしました。',
  },
  fr: {
    title: 'Vous n’êtes pas connecté',
    kinds: {
      untrusted:
        'La réponse de votre fournisseur d’identité n’est pas digne de confiance. Montrez cette page à vos administrateurs : le code leur dit ce qui ne va pas.',
      clock:
        'La réponse de votre fournisseur d’identité n’est pas valable à cette heure. Réessayez ; si cela se répète, une horloge est déréglée là-bas ou ici.',
      again: 'Cette connexion a déjà servi, a pris trop de temps ou a commencé ailleurs. Recommencez-la ici.',
      providerSaysNo: 'Votre fournisseur d’identité ne vous a pas laissé entrer. Adressez-vous à vos administrateurs.',
      providerOff: 'La connexion par ce fournisseur d’identité est désactivée.',
      noAccount:
        'Aucun compte ne correspond à ce que dit votre fournisseur d’identité. Vos administrateurs voient ci-dessous ce qui a été comparé.',
      ambiguous:
        'Plusieurs comptes correspondent à ce que dit votre fournisseur d’identité ; personne n’a donc été connecté. Vos administrateurs doivent corriger cela.',
      noRole:
        'Votre fournisseur d’identité ne vous donne aucun rôle ici, et sans rôle personne n’entre. Demandez-en un à vos administrateurs.',
      invalidProfile:
        'Ce que dit votre fournisseur d’identité à votre sujet ne peut pas être enregistré ici. Adressez-vous à vos administrateurs.',
      tooManyGroups:
        'Vous êtes dans plus de groupes que votre fournisseur d’identité ne peut en transmettre ; vos rôles sont donc inconnus. Montrez cette page à vos administrateurs.',
    },
    attribute: 'Attribut',
    value: 'Valeur',
    comparedWith: 'Comparé à',
    code: 'Pour vos administrateurs :',
    tryAgain: 'Réessayer',
    signedOut: 'Vous êtes déconnecté',
    signOutThere: 'Se déconnecter aussi du fournisseur d’identité',
    signedOutExplain: 'Ici, et chez votre fournisseur d’identité.',
  },
}
