import type { Language } from '../../language.ts'

export type SetupTexts = {
  readonly title: string
  readonly welcome: string
  readonly explain: string
  readonly account: string
  readonly accountExplain: string
  readonly slug: string
  readonly email: string
  readonly accountButton: string
  readonly toAccount: string
  readonly flaws: { readonly slug: string; readonly slugTaken: string; readonly email: string }
  readonly keyOnly: string
  readonly keyOnlyExplain: string
  readonly button: string
  readonly ready: string
  readonly keepKey: string
  readonly nextSteps: string
  readonly refusedTitle: string
  readonly used: string
  readonly expired: string
  readonly unknown: string
  readonly howToGetIn: string
}

export const setupTexts: { readonly [language in Language]: SetupTexts } = {
  en: {
    title: 'Set up Rollcall',
    welcome: 'Welcome to Rollcall',
    explain: 'This link makes the owner’s key of this installation. It works once.',
    account: 'Your account',
    accountExplain:
      'Makes an organization, an account that owns it and works even when no identity provider does, and the owner’s key of this installation. In the next step you set up a passkey or an authenticator app.',
    slug: 'Short name of the organization, such as acme',
    email: 'E-mail address',
    accountButton: 'Make account and key',
    toAccount: 'Go on to your account',
    flaws: {
      slug: 'The short name is 1 to 63 of a–z, 0–9 and -, not at its beginning or end.',
      slugTaken: 'There is an organization of that name already.',
      email: 'That is no mail address.',
    },
    keyOnly: 'Only a key',
    keyOnlyExplain: 'For those who go on with the command line.',
    button: 'Make the owner’s key',
    ready: 'Your key is ready',
    keepKey: 'Keep it in a safe place now: it is shown only this once. It may do everything in every organization.',
    nextSteps: 'Next, in a terminal:',
    refusedTitle: 'This link does not work',
    used: 'This link was used already. Each link makes one key.',
    expired: 'This link has expired: it was good for 7 days.',
    unknown: 'This link is not known here. Was it copied completely?',
    howToGetIn:
      'On the machine that runs Rollcall the command line works without any key: it reads the one in the data folder.',
  },
  ko: {
    title: 'Rollcall 설정',
    welcome: 'Rollcall에 오신 것을 환영합니다',
    explain: '이 링크는 이 설치본의 소유자 키를 만듭니다. 한 번만 사용할 수 있습니다.',
    account: '내 계정',
    accountExplain:
      '조직, 그 조직을 소유하며 ID 공급자 없이도 쓸 수 있는 계정, 그리고 이 설치본의 소유자 키를 만듭니다. 다음 단계에서 패스키나 인증 앱을 설정합니다.',
    slug: '조직의 짧은 이름(예: acme)',
    email: '이메일 주소',
    accountButton: '계정과 키 만들기',
    toAccount: '내 계정으로 계속',
    flaws: {
      slug: '짧은 이름은 a–z, 0–9, - 1~63자이며 -로 시작하거나 끝날 수 없습니다.',
      slugTaken: '그 이름의 조직이 이미 있습니다.',
      email: '이메일 주소가 아닙니다.',
    },
    keyOnly: '키만 만들기',
    keyOnlyExplain: '명령줄로 계속하려는 경우입니다.',
    button: '소유자 키 만들기',
    ready: '키가 준비되었습니다',
    keepKey: '지금 안전한 곳에 보관하세요. 다시 표시되지 않습니다. 이 키는 모든 조직에서 모든 작업을 할 수 있습니다.',
    nextSteps: '다음으로 터미널에서 실행하세요.',
    refusedTitle: '사용할 수 없는 링크입니다',
    used: '이미 사용한 링크입니다. 링크 하나로 키 하나만 만들 수 있습니다.',
    expired: '만료된 링크입니다. 유효 기간은 7일이었습니다.',
    unknown: '알 수 없는 링크입니다. 전체를 복사했는지 확인하세요.',
    howToGetIn: 'Rollcall이 실행 중인 컴퓨터에서는 데이터 폴더의 키를 읽으므로 키 없이 명령줄을 사용할 수 있습니다.',
  },
  ja: {
    title: 'Rollcall のセットアップ',
    welcome: 'Rollcall へようこそ',
    explain: 'このリンクで、このインストールの所有者キーを作成します。使えるのは一度だけです。',
    account: 'アカウント',
    accountExplain:
      '組織と、それを所有し ID プロバイダーがなくても使えるアカウント、このインストールの所有者キーを作成します。次のステップでパスキーまたは認証アプリを設定します。',
    slug: '組織の短い名前（例：acme）',
    email: 'メールアドレス',
    accountButton: 'アカウントとキーを作成',
    toAccount: 'アカウントへ進む',
    flaws: {
      slug: '短い名前は a–z、0–9、- の 1～63 文字で、- で始まったり終わったりできません。',
      slugTaken: 'その名前の組織はすでにあります。',
      email: 'メールアドレスではありません。',
    },
    keyOnly: 'キーだけ作成',
    keyOnlyExplain: 'コマンドラインで続ける場合はこちら。',
    button: '所有者キーを作成',
    ready: 'キーを作成しました',
    keepKey: '今すぐ安全な場所に保管してください。再表示はできません。このキーはすべての組織ですべての操作ができます。',
    nextSteps: '次に、ターミナルで実行してください。',
    refusedTitle: 'このリンクは使えません',
    used: 'このリンクは使用済みです。一つのリンクで作成できるキーは一つです。',
    expired: 'このリンクは期限切れです。有効期間は 7 日間でした。',
    unknown: '不明なリンクです。最後までコピーされているか確認してください。',
    howToGetIn:
      'Rollcall が動いているマシンでは、データフォルダーのキーが読み込まれるため、キーなしでコマンドラインを使えます。',
  },
  fr: {
    title: 'Configurer Rollcall',
    welcome: 'Bienvenue dans Rollcall',
    explain: 'Ce lien crée la clé du propriétaire de cette installation. Il ne fonctionne qu’une fois.',
    account: 'Votre compte',
    accountExplain:
      'Crée une organisation, un compte qui en est propriétaire et qui fonctionne même sans fournisseur d’identité, et la clé du propriétaire de cette installation. À l’étape suivante, vous configurez une clé d’accès ou une application d’authentification.',
    slug: 'Nom court de l’organisation, par exemple acme',
    email: 'Adresse e-mail',
    accountButton: 'Créer le compte et la clé',
    toAccount: 'Continuer vers votre compte',
    flaws: {
      slug: 'Le nom court compte 1 à 63 caractères parmi a–z, 0–9 et -, pas au début ni à la fin.',
      slugTaken: 'Une organisation de ce nom existe déjà.',
      email: 'Ce n’est pas une adresse e-mail.',
    },
    keyOnly: 'Une clé seulement',
    keyOnlyExplain: 'Pour continuer en ligne de commande.',
    button: 'Créer la clé du propriétaire',
    ready: 'Votre clé est prête',
    keepKey:
      'Conservez-la dès maintenant en lieu sûr : elle ne sera plus affichée. Elle permet tout, dans toutes les organisations.',
    nextSteps: 'Ensuite, dans un terminal :',
    refusedTitle: 'Ce lien ne fonctionne pas',
    used: 'Ce lien a déjà été utilisé. Chaque lien crée une seule clé.',
    expired: 'Ce lien a expiré : il était valable 7 jours.',
    unknown: 'Ce lien est inconnu ici. A-t-il été copié en entier ?',
    howToGetIn:
      'Sur la machine qui exécute Rollcall, la ligne de commande fonctionne sans clé : elle lit celle du dossier de données.',
  },
}
