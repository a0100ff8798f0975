import type { Language } from '../../language.ts'

/** What can be wrong with a request for consent, or with the consent. */
export type ConsentMistake = 'unknownClient' | 'unknownRedirect' | 'wrongKey' | 'beyondRights' | 'otherSite'

export type ConsentTexts = { readonly [mistake in ConsentMistake]: string } & {
  readonly title: string
  readonly heading: string
  readonly explain: string
  readonly goesTo: string
  readonly key: string
  /** To whoever is signed in and may consent. */
  readonly signedIn: string
  readonly confirmFirst: string
  readonly confirm: string
  readonly signIn: string
  readonly orKey: string
  readonly approve: string
  readonly deny: string
  readonly refused: string
}

/** `{client}`, `{organization}` and `{host}` stand for what asks, whose people it is about, and where the answer goes. */
export const consentTexts: { readonly [language in Language]: ConsentTexts } = {
  en: {
    title: 'Let an application in',
    heading: 'Let {client} into {organization}?',
    explain: 'The application asks for this access and keeps it until its key is revoked:',
    goesTo: 'The answer goes to {host}. Approve only if you have just started this there.',
    key: 'Your key with the permission keys:manage',
    signedIn: 'You are signed in and may manage the keys of {organization}: you approve as yourself, without a key.',
    confirmFirst: 'Before you approve, confirm that it is you.',
    confirm: 'Confirm that it is you',
    signIn: 'Sign in and approve without a key',
    orKey: 'Or approve with a key',
    otherSite: 'The decision was sent from another site, so nothing was done. Decide again here.',
    approve: 'Approve',
    deny: 'Deny',
    refused: 'This request cannot be answered',
    unknownClient:
      'The application is not known here, or it may not ask for consent. Check the client id and the address.',
    unknownRedirect:
      'The address that the answer should go to is not among those of the application. Nothing was sent.',
    wrongKey: 'This key is unknown, has ended, or may not manage the keys of this organization.',
    beyondRights:
      'The application asks for more than you, or the owner of this key, may do. Somebody with these rights must approve.',
  },
  ko: {
    title: '애플리케이션 허용',
    heading: '{client}에 {organization} 접근을 허용할까요?',
    explain: '애플리케이션이 다음 권한을 요청합니다. 권한은 키가 폐기될 때까지 유지됩니다.',
    goesTo: '응답은 {host}(으)로 전송됩니다. 방금 그곳에서 직접 시작한 경우에만 승인해 주세요.',
    key: 'keys:manage 권한이 있는 키',
    signedIn: '로그인되어 있으며 {organization}의 키를 관리할 수 있습니다. 키 없이 본인 자격으로 승인합니다.',
    confirmFirst: '승인하기 전에 본인임을 확인해 주세요.',
    confirm: '본인 확인',
    signIn: '로그인하여 키 없이 승인',
    orKey: '또는 키로 승인',
    otherSite: '다른 사이트에서 보낸 결정이므로 아무것도 처리하지 않았습니다. 여기서 다시 결정해 주세요.',
    approve: '승인',
    deny: '거부',
    refused: '이 요청에는 응답할 수 없습니다',
    unknownClient:
      '알 수 없는 애플리케이션이거나 동의를 요청할 수 없는 애플리케이션입니다. 클라이언트 ID와 주소를 확인해 주세요.',
    unknownRedirect: '응답을 보낼 주소가 이 애플리케이션에 등록되어 있지 않습니다. 아무것도 전송하지 않았습니다.',
    wrongKey: '알 수 없거나 만료된 키이거나, 이 조직의 키를 관리할 수 없는 키입니다.',
    beyondRights:
      '애플리케이션이 이 키의 소유자가 가진 것보다 많은 권한을 요청합니다. 해당 권한이 있는 사람이 승인해야 합니다.',
  },
  ja: {
    title: 'アプリケーションの許可',
    heading: '{client} に {organization} へのアクセスを許可しますか？',
    explain: 'アプリケーションは次の権限を求めています。権限はキーを失効させるまで有効です。',
    goesTo: '結果は {host} に送られます。たった今そこでご自身が始めた場合にだけ許可してください。',
    key: 'keys:manage の権限を持つキー',
    signedIn: 'サインイン中で、{organization} のキーを管理できます。キーなしで、ご自身として許可します。',
    confirmFirst: '許可する前に、ご本人であることを確認してください。',
    confirm: '本人確認',
    signIn: 'サインインしてキーなしで許可する',
    orKey: 'またはキーで許可する',
    otherSite: '別のサイトから送信されたため、何も行いませんでした。ここでもう一度お選びください。',
    approve: '許可する',
    deny: '拒否する',
    refused: 'このリクエストには応答できません',
    unknownClient:
      'このアプリケーションは登録されていないか、同意を求めることができません。クライアント ID とアドレスを確認してください。',
    unknownRedirect: '結果の送り先アドレスが、このアプリケーションに登録されていません。何も送信していません。',
    wrongKey: 'このキーは不明か、期限切れか、この組織のキーを管理できません。',
    beyondRights:
      'アプリケーションは、このキーの所有者が持つ以上の権限を求めています。その権限を持つ方が許可してください。',
  },
  fr: {
    title: 'Autoriser une application',
    heading: 'Autoriser {client} chez {organization} ?',
    explain: 'L’application demande cet accès et le garde jusqu’à la révocation de sa clé :',
    goesTo: 'La réponse est envoyée à {host}. Approuvez seulement si vous venez de lancer cette demande là-bas.',
    key: 'Votre clé avec la permission keys:manage',
    signedIn: 'Vous êtes connecté et pouvez gérer les clés de {organization} : vous approuvez en votre nom, sans clé.',
    confirmFirst: 'Avant d’approuver, confirmez que c’est bien vous.',
    confirm: 'Confirmer que c’est bien vous',
    signIn: 'Se connecter et approuver sans clé',
    orKey: 'Ou approuver avec une clé',
    otherSite: 'La décision vient d’un autre site ; rien n’a été fait. Décidez de nouveau ici.',
    approve: 'Approuver',
    deny: 'Refuser',
    refused: 'Impossible de répondre à cette demande',
    unknownClient:
      'L’application est inconnue ici ou ne peut pas demander d’accord. Vérifiez l’identifiant du client et l’adresse.',
    unknownRedirect:
      'L’adresse à laquelle la réponse devrait aller n’est pas l’une de celles de l’application. Rien n’a été envoyé.',
    wrongKey: 'Cette clé est inconnue, a expiré ou ne peut pas gérer les clés de cette organisation.',
    beyondRights:
      'L’application demande plus que ce que peut faire le propriétaire de cette clé. Quelqu’un qui a ces droits doit approuver.',
  },
}
