import type { InvitationVerdict } from '../../directory/invitation-verdict.ts'
import type { Language } from '../../language.ts'

/** Why a link does nothing: what has happened, and what to do. */
export type RefusalReason = Exclude<InvitationVerdict, 'open'> | 'unknown' | 'throttled'

type Refusal = { readonly what: string; readonly todo: string }

/** `{organization}` and `{address}` stand for names. */
export type InvitationTexts = {
  readonly title: string
  readonly welcome: string
  readonly explain: string
  /** Where the person has no address to be confirmed. */
  readonly explainWithoutAddress: string
  readonly button: string
  readonly done: string
  readonly doneExplain: string
  readonly next: string
  /** Where a password lets one in. */
  readonly nextPassword: string
  readonly choosePassword: string
  readonly signIn: string
  readonly refusedTitle: string
  readonly refusals: { readonly [reason in RefusalReason]: Refusal }
}

export const invitationTexts: { readonly [language in Language]: InvitationTexts } = {
  en: {
    title: 'Invitation',
    welcome: 'Welcome to {organization}',
    explain: 'Please confirm that {address} is your address. Your account at {organization} becomes active with it.',
    explainWithoutAddress:
      'Please confirm that this invitation is for you. Your account at {organization} becomes active with it.',
    button: 'Confirm',
    done: 'Thank you, that is confirmed',
    doneExplain: 'Your account at {organization} is active now.',
    next: 'You can close this page. From now on, sign in the way {organization} has told you. This link has done its work and is not needed again.',
    nextPassword: 'Choose a password to sign in with, within an hour. Or sign in the way {organization} has told you.',
    choosePassword: 'Choose a password',
    signIn: 'Sign in',
    refusedTitle: 'This link does not work',
    refusals: {
      accepted: {
        what: 'This invitation was accepted already: your account at {organization} is active.',
        todo: 'There is nothing left to do here. Sign in the way {organization} has told you.',
      },
      expired: {
        what: 'This invitation has expired.',
        todo: 'Ask your administrator at {organization} for a new link.',
      },
      replaced: {
        what: 'A newer invitation has taken the place of this one.',
        todo: 'Open the link in the newest mail. If you cannot find it, ask your administrator at {organization} for a new link.',
      },
      revoked: {
        what: 'This invitation was withdrawn.',
        todo: 'If you think that this is a mistake, ask your administrator at {organization}.',
      },
      suspended: {
        what: 'Your account at {organization} is suspended at the moment.',
        todo: 'Ask your administrator at {organization}. When your account comes back, you get a new mail.',
      },
      gone: {
        what: 'The account that this invitation was for does not exist any more.',
        todo: 'If you still need access, ask your administrator at {organization}.',
      },
      off: {
        what: '{organization} has switched invitations off.',
        todo: 'Ask your administrator at {organization} how you get access.',
      },
      unknown: {
        what: 'This link is not known here.',
        todo: 'Check that it was copied completely: mail programs sometimes break long links. Otherwise ask your administrator for a new one.',
      },
      throttled: {
        what: 'Too many wrong links were opened from your network.',
        todo: 'Wait a minute, then open the link from your mail again.',
      },
    },
  },
  ko: {
    title: '초대',
    welcome: '{organization}에 오신 것을 환영합니다',
    explain: '{address}이(가) 본인의 메일 주소인지 확인해 주세요. 확인하면 {organization} 계정이 활성화됩니다.',
    explainWithoutAddress: '본인에게 온 초대인지 확인해 주세요. 확인하면 {organization} 계정이 활성화됩니다.',
    button: '확인',
    done: '확인되었습니다',
    doneExplain: '{organization} 계정이 활성화되었습니다.',
    next: '이 페이지를 닫으셔도 됩니다. 이제 {organization}에서 안내한 방법으로 로그인하세요. 이 링크는 더 이상 필요하지 않습니다.',
    nextPassword:
      '1시간 안에 로그인에 사용할 비밀번호를 정하세요. 또는 {organization}에서 안내한 방법으로 로그인하세요.',
    choosePassword: '비밀번호 정하기',
    signIn: '로그인',
    refusedTitle: '사용할 수 없는 링크입니다',
    refusals: {
      accepted: {
        what: '이미 수락한 초대입니다. {organization} 계정이 활성화되어 있습니다.',
        todo: '여기에서 더 하실 일은 없습니다. {organization}에서 안내한 방법으로 로그인하세요.',
      },
      expired: {
        what: '만료된 초대입니다.',
        todo: '{organization} 관리자에게 새 링크를 요청하세요.',
      },
      replaced: {
        what: '이 초대 대신 새 초대가 발송되었습니다.',
        todo: '가장 최근에 받은 메일의 링크를 여세요. 찾을 수 없다면 {organization} 관리자에게 새 링크를 요청하세요.',
      },
      revoked: {
        what: '취소된 초대입니다.',
        todo: '잘못된 것 같다면 {organization} 관리자에게 문의하세요.',
      },
      suspended: {
        what: '현재 {organization} 계정이 정지되어 있습니다.',
        todo: '{organization} 관리자에게 문의하세요. 계정이 다시 활성화되면 새 메일을 보내 드립니다.',
      },
      gone: {
        what: '이 초대의 계정이 더 이상 존재하지 않습니다.',
        todo: '계속 이용해야 한다면 {organization} 관리자에게 문의하세요.',
      },
      off: {
        what: '{organization}에서 초대 기능을 껐습니다.',
        todo: '이용 방법은 {organization} 관리자에게 문의하세요.',
      },
      unknown: {
        what: '알 수 없는 링크입니다.',
        todo: '링크 전체를 복사했는지 확인하세요. 메일 프로그램이 긴 링크를 끊는 경우가 있습니다. 그래도 안 되면 관리자에게 새 링크를 요청하세요.',
      },
      throttled: {
        what: '사용 중인 네트워크에서 잘못된 링크를 너무 많이 열었습니다.',
        todo: '1분 후에 메일의 링크를 다시 여세요.',
      },
    },
  },
  ja: {
    title: '招待',
    welcome: '{organization} へようこそ',
    explain:
      '{address} がご本人のメールアドレスであることを確認してください。確認すると {organization} のアカウントが有効になります。',
    explainWithoutAddress:
      'ご本人宛ての招待であることを確認してください。確認すると {organization} のアカウントが有効になります。',
    button: '確認する',
    done: '確認が完了しました',
    doneExplain: '{organization} のアカウントが有効になりました。',
    next: 'このページは閉じて構いません。今後は {organization} から案内された方法でサインインしてください。このリンクはもう必要ありません。',
    nextPassword:
      '1 時間以内に、サインイン用のパスワードを設定してください。または {organization} から案内された方法でサインインしてください。',
    choosePassword: 'パスワードを設定',
    signIn: 'サインイン',
    refusedTitle: 'このリンクは使えません',
    refusals: {
      accepted: {
        what: 'この招待はすでに承諾されています。{organization} のアカウントは有効です。',
        todo: 'ここで行うことはもうありません。{organization} から案内された方法でサインインしてください。',
      },
      expired: {
        what: 'この招待は期限切れです。',
        todo: '{organization} の管理者に新しいリンクを依頼してください。',
      },
      replaced: {
        what: 'この招待に代わる新しい招待が送られています。',
        todo: '最新のメールにあるリンクを開いてください。見つからない場合は、{organization} の管理者に新しいリンクを依頼してください。',
      },
      revoked: {
        what: 'この招待は取り消されました。',
        todo: '間違いだと思われる場合は、{organization} の管理者にお問い合わせください。',
      },
      suspended: {
        what: '{organization} のアカウントは現在停止されています。',
        todo: '{organization} の管理者にお問い合わせください。アカウントが再開されると、新しいメールが届きます。',
      },
      gone: {
        what: 'この招待のアカウントはすでに存在しません。',
        todo: '引き続きアクセスが必要な場合は、{organization} の管理者にお問い合わせください。',
      },
      off: {
        what: '{organization} では招待が無効になっています。',
        todo: 'アクセス方法については、{organization} の管理者にお問い合わせください。',
      },
      unknown: {
        what: '不明なリンクです。',
        todo: '最後までコピーされているか確認してください。メールソフトが長いリンクを途中で区切ることがあります。解決しない場合は、管理者に新しいリンクを依頼してください。',
      },
      throttled: {
        what: 'ご利用のネットワークから、誤ったリンクが何度も開かれました。',
        todo: '1 分ほど待ってから、メールのリンクをもう一度開いてください。',
      },
    },
  },
  fr: {
    title: 'Invitation',
    welcome: 'Bienvenue chez {organization}',
    explain:
      'Veuillez confirmer que {address} est bien votre adresse. Votre compte chez {organization} deviendra alors actif.',
    explainWithoutAddress:
      'Veuillez confirmer que cette invitation est bien pour vous. Votre compte chez {organization} deviendra alors actif.',
    button: 'Confirmer',
    done: 'Merci, c’est confirmé',
    doneExplain: 'Votre compte chez {organization} est maintenant actif.',
    next: 'Vous pouvez fermer cette page. Connectez-vous désormais de la manière indiquée par {organization}. Ce lien a fait son travail et ne servira plus.',
    nextPassword:
      'Choisissez dans l’heure un mot de passe pour vous connecter. Ou connectez-vous de la manière indiquée par {organization}.',
    choosePassword: 'Choisir un mot de passe',
    signIn: 'Se connecter',
    refusedTitle: 'Ce lien ne fonctionne pas',
    refusals: {
      accepted: {
        what: 'Cette invitation a déjà été acceptée : votre compte chez {organization} est actif.',
        todo: 'Il n’y a plus rien à faire ici. Connectez-vous de la manière indiquée par {organization}.',
      },
      expired: {
        what: 'Cette invitation a expiré.',
        todo: 'Demandez un nouveau lien à votre administrateur chez {organization}.',
      },
      replaced: {
        what: 'Une invitation plus récente a remplacé celle-ci.',
        todo: 'Ouvrez le lien de l’e-mail le plus récent. Si vous ne le trouvez pas, demandez un nouveau lien à votre administrateur chez {organization}.',
      },
      revoked: {
        what: 'Cette invitation a été annulée.',
        todo: 'Si vous pensez qu’il s’agit d’une erreur, adressez-vous à votre administrateur chez {organization}.',
      },
      suspended: {
        what: 'Votre compte chez {organization} est actuellement suspendu.',
        todo: 'Adressez-vous à votre administrateur chez {organization}. Quand votre compte sera rétabli, vous recevrez un nouvel e-mail.',
      },
      gone: {
        what: 'Le compte auquel cette invitation était destinée n’existe plus.',
        todo: 'Si vous avez encore besoin d’un accès, adressez-vous à votre administrateur chez {organization}.',
      },
      off: {
        what: '{organization} a désactivé les invitations.',
        todo: 'Demandez à votre administrateur chez {organization} comment obtenir un accès.',
      },
      unknown: {
        what: 'Ce lien est inconnu ici.',
        todo: 'Vérifiez qu’il a été copié en entier : les logiciels de messagerie coupent parfois les liens longs. Sinon, demandez un nouveau lien à votre administrateur.',
      },
      throttled: {
        what: 'Trop de liens erronés ont été ouverts depuis votre réseau.',
        todo: 'Patientez une minute, puis ouvrez de nouveau le lien de votre e-mail.',
      },
    },
  },
}
