import type { Language } from '../../language.ts'
import type { AskedEmail } from '../../sign-in/email-change.ts'

/** The words of the pages on which a mail address is changed; `{new}`, `{old}` and `{organization}` stand for values. */
export type EmailTexts = {
  readonly title: string
  readonly explain: string
  readonly newAddress: string
  readonly ask: string
  readonly asked: string
  readonly refusals: { readonly [reason in Exclude<AskedEmail, 'asked'>]: string }
  readonly confirmTitle: string
  readonly confirmNew: string
  readonly confirmOld: string
  readonly confirm: string
  readonly half: string
  readonly done: string
  readonly taken: string
}

export const emailTexts: { readonly [language in Language]: EmailTexts } = {
  en: {
    title: 'Change mail address',
    explain:
      'We send a link to the new address and one to the address until now. Your address changes when both were confirmed.',
    newAddress: 'New mail address',
    ask: 'Send the links',
    asked: 'Two mails are on their way. Open the link in each of them within 24 hours.',
    refusals: {
      invalid: 'That is no mail address.',
      same: 'That is your address already.',
      locked: 'Your address comes from your organization’s directory. It can only be changed there.',
      throttled: 'Too many changes were asked for. Try again in an hour.',
    },
    confirmTitle: 'Confirm the new mail address',
    confirmNew: 'Please confirm that {new} is your address, for your account at {organization}.',
    confirmOld:
      'Shall {new} become the address of your account at {organization}, in place of {old}? If you have not asked for it, close this page and change your password.',
    confirm: 'Confirm',
    half: 'Thank you. The address changes when the link in the other mail was confirmed too.',
    done: 'Your mail address is changed.',
    taken: 'Another account has this address as its user name by now, so it could not be changed.',
  },
  ko: {
    title: '이메일 주소 변경',
    explain: '새 주소와 지금까지의 주소로 각각 링크를 보냅니다. 둘 다 확인되면 주소가 바뀝니다.',
    newAddress: '새 이메일 주소',
    ask: '링크 보내기',
    asked: '메일 두 통을 보냈습니다. 24시간 안에 각 메일의 링크를 여세요.',
    refusals: {
      invalid: '이메일 주소가 아닙니다.',
      same: '이미 사용 중인 주소입니다.',
      locked: '주소는 조직의 디렉터리에서 관리하므로 그곳에서만 바꿀 수 있습니다.',
      throttled: '변경 요청이 너무 많습니다. 1시간 후에 다시 시도하세요.',
    },
    confirmTitle: '새 이메일 주소 확인',
    confirmNew: '{organization} 계정을 위해 {new} 주소가 본인의 것인지 확인해 주세요.',
    confirmOld:
      '{organization} 계정의 주소를 {old}에서 {new}(으)로 바꿀까요? 요청하지 않았다면 이 페이지를 닫고 비밀번호를 바꾸세요.',
    confirm: '확인',
    half: '감사합니다. 다른 메일의 링크도 확인되면 주소가 바뀝니다.',
    done: '이메일 주소를 변경했습니다.',
    taken: '그사이 다른 계정이 이 주소를 사용자 이름으로 사용하고 있어 변경하지 못했습니다.',
  },
  ja: {
    title: 'メールアドレスの変更',
    explain: '新しいアドレスと現在のアドレスの両方にリンクを送ります。両方が確認されるとアドレスが変わります。',
    newAddress: '新しいメールアドレス',
    ask: 'リンクを送る',
    asked: 'メールを 2 通お送りしました。24 時間以内にそれぞれのリンクを開いてください。',
    refusals: {
      invalid: 'メールアドレスではありません。',
      same: 'すでにお使いのアドレスです。',
      locked: 'アドレスは組織のディレクトリで管理されているため、そちらでのみ変更できます。',
      throttled: '変更の依頼が多すぎます。1 時間後にもう一度お試しください。',
    },
    confirmTitle: '新しいメールアドレスの確認',
    confirmNew: '{organization} のアカウントについて、{new} があなたのアドレスであることを確認してください。',
    confirmOld:
      '{organization} のアカウントのアドレスを {old} から {new} に変更しますか？心当たりがない場合は、このページを閉じてパスワードを変更してください。',
    confirm: '確認する',
    half: 'ありがとうございます。もう 1 通のメールのリンクも確認されるとアドレスが変わります。',
    done: 'メールアドレスを変更しました。',
    taken: 'このアドレスは別のアカウントのユーザー名になっているため、変更できませんでした。',
  },
  fr: {
    title: 'Changer d’adresse e-mail',
    explain:
      'Nous envoyons un lien à la nouvelle adresse et un autre à l’adresse actuelle. L’adresse change quand les deux sont confirmés.',
    newAddress: 'Nouvelle adresse e-mail',
    ask: 'Envoyer les liens',
    asked: 'Deux courriels sont en route. Ouvrez le lien de chacun dans les 24 heures.',
    refusals: {
      invalid: 'Ce n’est pas une adresse e-mail.',
      same: 'C’est déjà votre adresse.',
      locked: 'Votre adresse vient de l’annuaire de votre organisation. Elle ne peut être changée que là.',
      throttled: 'Trop de changements demandés. Réessayez dans une heure.',
    },
    confirmTitle: 'Confirmer la nouvelle adresse e-mail',
    confirmNew: 'Confirmez que {new} est votre adresse, pour votre compte chez {organization}.',
    confirmOld:
      'L’adresse de votre compte chez {organization} doit-elle devenir {new}, à la place de {old} ? Si vous n’avez rien demandé, fermez cette page et changez votre mot de passe.',
    confirm: 'Confirmer',
    half: 'Merci. L’adresse change quand le lien de l’autre courriel est confirmé aussi.',
    done: 'Votre adresse e-mail est changée.',
    taken: 'Un autre compte porte désormais cette adresse comme nom d’utilisateur : elle n’a pas pu être changée.',
  },
}
