import type { GuideLanguage } from '@rollcall/admin-api/provider-guides'

/** What the pages say besides the guides themselves. */
export type PageWords = {
  readonly language: string
  readonly labels: (date: string) => string
  readonly unverified: string
  readonly scim: string
  readonly saml: string
  readonly inRollcall: string
  readonly inProvider: (product: string) => string
  /** Where the provider has no name. */
  readonly otherTitle: string
  readonly inOther: string
  readonly scimCommands: string
  readonly samlCommands: string
  readonly values: string
  readonly field: string
  readonly value: string
  readonly giveUrl: string
  readonly giveFile: string
  readonly arrivals: string
  readonly arrivalsIntro: string
  readonly request: string
  readonly answer: string
  readonly means: string
  readonly effects: string
  readonly done: string
  readonly sent: string
  readonly becomes: string
  readonly claims: string
  readonly source: string
  readonly claim: string
  readonly attribute: string
  readonly notes: string
  readonly sources: string
}

export const pageWords: Readonly<Record<GuideLanguage, PageWords>> = {
  en: {
    language: 'English',
    labels: (date) =>
      `Labels in bold are those of the provider’s English pages. Compared with the sources below on ${date}; not tried with a live tenant.`,
    unverified: 'Labels not found in current documentation; they may differ.',
    scim: 'People and groups over SCIM',
    saml: 'Signing in over SAML',
    inRollcall: 'In Rollcall',
    inProvider: (product) => `In ${product}`,
    otherTitle: 'Other identity providers',
    inOther: 'At your identity provider',
    scimCommands:
      'The first command answers with the address, the second with the token, which is shown only this once.',
    samlCommands:
      'Rollcall’s addresses are known as soon as it has read the metadata. Where the provider asks for them first, enter `https://example.com` for now and come back.',
    values: 'The values that the steps name:',
    field: 'field',
    value: 'value',
    giveUrl: 'copy it: the address of the metadata',
    giveFile: 'download it: the metadata as a file',
    arrivals: 'What arrives first',
    arrivalsIntro: 'In the request log (`rollcall requests list`), in this order:',
    request: 'request',
    answer: 'answer',
    means: 'what it means',
    effects: 'What happens then',
    done: 'done there',
    sent: 'sent',
    becomes: 'in Rollcall',
    claims: 'What the assertion carries',
    source: 'there',
    claim: 'name in the assertion',
    attribute: 'in Rollcall',
    notes: 'Good to know',
    sources: 'Sources',
  },
  ko: {
    language: '한국어',
    labels: (date) =>
      `굵게 표시한 항목은 ID 공급자의 영어 화면에 나오는 이름입니다. ${date}에 아래 출처와 대조했으며, 실제 테넌트에서 시험하지는 않았습니다.`,
    unverified: '현재 문서에서 이 화면의 이름을 확인하지 못했으므로 다를 수 있습니다.',
    scim: 'SCIM으로 사용자와 그룹 연결하기',
    saml: 'SAML로 로그인하기',
    inRollcall: 'Rollcall에서',
    inProvider: (product) => `${product}에서`,
    otherTitle: '그 밖의 ID 공급자',
    inOther: '사용 중인 ID 공급자에서',
    scimCommands: '첫 번째 명령은 주소를, 두 번째 명령은 토큰을 출력합니다. 토큰은 이때 한 번만 표시됩니다.',
    samlCommands:
      'Rollcall의 주소는 메타데이터를 읽은 뒤에 정해집니다. ID 공급자가 주소를 먼저 요구하면 우선 `https://example.com`을 입력하고 나중에 수정합니다.',
    values: '단계에서 사용하는 값은 다음과 같습니다.',
    field: '필드',
    value: '값',
    giveUrl: '메타데이터 주소이므로 복사합니다',
    giveFile: '메타데이터 파일이므로 내려받습니다',
    arrivals: '먼저 도착하는 요청',
    arrivalsIntro: '요청 로그(`rollcall requests list`)에 다음 순서로 나타납니다.',
    request: '요청',
    answer: '응답',
    means: '의미',
    effects: '이후의 동작',
    done: 'ID 공급자에서 하는 일',
    sent: '전송되는 요청',
    becomes: 'Rollcall에서의 결과',
    claims: '어설션에 담기는 내용',
    source: 'ID 공급자의 값',
    claim: '어설션에서의 이름',
    attribute: 'Rollcall의 특성',
    notes: '알아 두기',
    sources: '출처',
  },
  ja: {
    language: '日本語',
    labels: (date) =>
      `太字はプロバイダーの英語画面での名称です。${date}に下記の出典と照合しました。実際のテナントでの動作は確認していません。`,
    unverified: '現在のドキュメントでこの画面の名称を確認できなかったため、異なる場合があります。',
    scim: 'SCIMでユーザーとグループを連携する',
    saml: 'SAMLでサインインする',
    inRollcall: 'Rollcallでの操作',
    inProvider: (product) => `${product}での操作`,
    otherTitle: 'そのほかのIDプロバイダー',
    inOther: 'お使いのIDプロバイダーでの操作',
    scimCommands:
      '1つ目のコマンドはアドレスを、2つ目のコマンドはトークンを出力します。トークンが表示されるのはこの1回だけです。',
    samlCommands:
      'Rollcallのアドレスは、メタデータを読み込んだ時点で決まります。プロバイダーが先にアドレスを求める場合は、いったん`https://example.com`を入力し、あとで修正してください。',
    values: '手順で使う値は次のとおりです。',
    field: '項目',
    value: '値',
    giveUrl: 'メタデータのアドレスなのでコピーします',
    giveFile: 'メタデータのファイルなのでダウンロードします',
    arrivals: '最初に届くリクエスト',
    arrivalsIntro: 'リクエストログ（`rollcall requests list`）に次の順で表示されます。',
    request: 'リクエスト',
    answer: '応答',
    means: '意味',
    effects: 'その後の動作',
    done: 'プロバイダー側の操作',
    sent: '送信される内容',
    becomes: 'Rollcallでの結果',
    claims: 'アサーションに含まれる内容',
    source: 'プロバイダー側の値',
    claim: 'アサーションでの名前',
    attribute: 'Rollcallの属性',
    notes: '知っておくとよいこと',
    sources: '出典',
  },
  fr: {
    language: 'Français',
    labels: (date) =>
      `Les libellés en gras sont ceux des pages anglaises du fournisseur. Comparés aux sources ci-dessous le ${date} ; non essayés sur un tenant réel.`,
    unverified: 'Libellés introuvables dans la documentation actuelle : ils peuvent différer.',
    scim: 'Personnes et groupes en SCIM',
    saml: 'Connexion en SAML',
    inRollcall: 'Dans Rollcall',
    inProvider: (product) => `Dans ${product}`,
    otherTitle: 'Autres fournisseurs d’identité',
    inOther: 'Chez votre fournisseur d’identité',
    scimCommands: 'La première commande donne l’adresse, la seconde le jeton, qui n’est affiché que cette fois.',
    samlCommands:
      'Les adresses de Rollcall sont connues dès qu’il a lu les métadonnées. Si le fournisseur les demande d’abord, saisissez provisoirement `https://example.com`, puis revenez.',
    values: 'Les valeurs que citent les étapes :',
    field: 'champ',
    value: 'valeur',
    giveUrl: 'à copier : l’adresse des métadonnées',
    giveFile: 'à télécharger : les métadonnées en fichier',
    arrivals: 'Ce qui arrive en premier',
    arrivalsIntro: 'Dans le journal des requêtes (`rollcall requests list`), dans cet ordre :',
    request: 'requête',
    answer: 'réponse',
    means: 'signification',
    effects: 'Ce qui se passe ensuite',
    done: 'fait chez le fournisseur',
    sent: 'transmis',
    becomes: 'dans Rollcall',
    claims: 'Ce que porte l’assertion',
    source: 'chez le fournisseur',
    claim: 'nom dans l’assertion',
    attribute: 'dans Rollcall',
    notes: 'Bon à savoir',
    sources: 'Sources',
  },
}
