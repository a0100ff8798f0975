import { words, type SamlGuide, type ScimGuide } from './guide.ts'
import { comparedOn, effect, here, means, notes, texts, there, titles } from './shared-words.ts'

const anyProduct = 'Identity provider'

export const genericScim: ScimGuide = {
  provider: 'generic',
  protocol: 'scim',
  product: anyProduct,
  profile: 'default',
  intro: words(
    'For every other identity provider that speaks SCIM 2.0. The names of the fields differ; their meaning does not.',
    'SCIM 2.0을 지원하는 그 밖의 모든 ID 공급자를 위한 안내입니다. 필드 이름은 다를 수 있지만 의미는 같습니다.',
    'SCIM 2.0に対応するそのほかのIDプロバイダー向けのガイドです。項目の名前は異なりますが、意味は同じです。',
    'Pour tout autre fournisseur d’identité qui parle SCIM 2.0. Les noms des champs changent, leur sens non.',
  ),
  steps: [
    {
      id: 'connect',
      title: titles.connect,
      text: words(
        'If it asks for the address of people alone, add `/Users`; for that of groups, `/Groups`. The token goes into the header `Authorization`, with or without the word `Bearer`.',
        '사용자 주소만 요구하면 `/Users`를, 그룹 주소를 요구하면 `/Groups`를 뒤에 붙입니다. 토큰은 `Authorization` 헤더에 넣으며 `Bearer`라는 단어는 있어도 되고 없어도 됩니다.',
        'ユーザー用のアドレスを求められた場合は`/Users`を、グループ用の場合は`/Groups`を末尾に付けます。トークンは`Authorization`ヘッダーに入れます。`Bearer`という語はあってもなくてもかまいません。',
        'S’il demande l’adresse des seules personnes, ajoutez `/Users` ; pour celle des groupes, `/Groups`. Le jeton va dans l’en-tête `Authorization`, avec ou sans le mot `Bearer`.',
      ),
      path: [],
      fields: [
        { label: 'Base URL, Tenant URL, Endpoint', copy: 'scimUrl' },
        { label: 'Bearer token, Secret token, API key', copy: 'scimToken' },
        { label: 'SCIM version', enter: '2.0' },
      ],
      isVerified: true,
    },
    {
      id: 'mapping',
      title: titles.mapping,
      text: words(
        'People are matched by `userName`, groups by `displayName`. Send at least `userName`, a work mail address, the names and `active`.',
        '사용자는 `userName`으로, 그룹은 `displayName`으로 일치시킵니다. 최소한 `userName`, 업무용 메일 주소, 이름, `active`를 보냅니다.',
        'ユーザーは`userName`、グループは`displayName`で照合します。少なくとも`userName`、仕事用のメールアドレス、名前、`active`を送信してください。',
        'Les personnes sont rapprochées par `userName`, les groupes par `displayName`. Transmettez au moins `userName`, une adresse e-mail professionnelle, les noms et `active`.',
      ),
      path: [],
      fields: [{ label: 'Matching attribute', enter: 'userName' }],
      isVerified: true,
    },
    {
      id: 'actions',
      title: titles.actions,
      text: words(
        'Create, update and deactivate people; groups if you want teams. Deactivating suspends, deleting takes the account out of SCIM and keeps its history.',
        '사용자의 생성, 업데이트, 비활성화를 켭니다. 팀이 필요하면 그룹도 켭니다. 비활성화하면 일시 중지되고, 삭제하면 계정이 SCIM에서 제외되며 이력은 남습니다.',
        'ユーザーの作成、更新、無効化を有効にします。チームが必要な場合はグループも有効にします。無効化すると一時停止され、削除するとアカウントはSCIMから外れますが、履歴は残ります。',
        'Création, mise à jour et désactivation des personnes ; groupes si vous voulez des équipes. Désactiver suspend ; supprimer retire le compte de SCIM et conserve son historique.',
      ),
      path: [],
      fields: [],
      isVerified: true,
    },
    {
      id: 'assign',
      title: titles.assign,
      text: words(
        'Begin with one person, and look at the request log before you assign everybody.',
        '먼저 한 사람만 할당하고 요청 로그를 확인한 다음 모두를 할당합니다.',
        'まず1人だけを割り当ててリクエストログを確認し、そのあとで全員を割り当てます。',
        'Commencez par une personne et consultez le journal des requêtes avant d’affecter tout le monde.',
      ),
      path: [],
      fields: [],
      isVerified: true,
    },
  ],
  arrivals: [
    {
      method: 'GET',
      path: '/ServiceProviderConfig',
      status: 200,
      means: words(
        'it asks what is supported; many do not',
        '지원 기능을 조회합니다. 생략하는 공급자도 많습니다',
        '対応している機能を確認します。省略するプロバイダーも多くあります',
        'il demande ce qui est pris en charge ; beaucoup s’en passent',
      ),
    },
    {
      method: 'GET',
      path: '/Users?count=1',
      status: 200,
      means: words('a test of the connection', '연결 테스트', '接続テスト', 'un test de la connexion'),
    },
    {
      method: 'GET',
      path: '/Users?filter=userName eq "…"',
      status: 200,
      means: means.assigned,
    },
    {
      method: 'POST',
      path: '/Users',
      status: 201,
      means: means.created,
    },
  ],
  effects: [
    effect(there.assign, 'POST /Users', here.active),
    effect(there.change, 'PUT / PATCH /Users/{id}', here.changed),
    effect(there.unassign, 'PUT / PATCH active: false', here.suspended),
    effect(there.reactivate, 'PUT / PATCH active: true', here.sameAccount),
    effect(there.deletePerson, 'DELETE /Users/{id}', here.deleted),
    effect(there.pushGroup, 'POST /Groups, PATCH members', here.team),
    effect(there.leaveGroup, 'PATCH remove members', here.onlyThatMember),
    effect(there.deleteGroup, 'DELETE /Groups/{id}', here.teamGone),
  ],
  notes: [
    words(
      'The profile `default` accepts every deviation that a known client sends, and names each in the request log. The profile `strict` keeps to the letter of the RFCs.',
      '프로필 `default`는 알려진 클라이언트가 보내는 모든 변형을 받아들이고 요청 로그에 표시합니다. 프로필 `strict`는 RFC를 글자 그대로 따릅니다.',
      'プロファイル`default`は、既知のクライアントが送るあらゆる差異を受け入れ、リクエストログに示します。プロファイル`strict`はRFCに厳密に従います。',
      'Le profil `default` accepte tous les écarts des clients connus et les nomme dans le journal des requêtes. Le profil `strict` s’en tient à la lettre des RFC.',
    ),
    notes.tokenExpiry,
  ],
  verifiedOn: comparedOn,
  sources: [{ title: 'RFC 7644', url: 'https://www.rfc-editor.org/rfc/rfc7644' }],
}

export const genericSaml: SamlGuide = {
  provider: 'generic',
  protocol: 'saml',
  product: anyProduct,
  preset: undefined,
  intro: words(
    'For every other identity provider that speaks SAML 2.0. If it can import metadata, {metadataUrl} fills in all of it.',
    'SAML 2.0을 지원하는 그 밖의 모든 ID 공급자를 위한 안내입니다. 메타데이터를 가져올 수 있다면 {metadataUrl} 하나로 모두 채워집니다.',
    'SAML 2.0に対応するそのほかのIDプロバイダー向けのガイドです。メタデータを読み込める場合は、{metadataUrl}ですべて入力されます。',
    'Pour tout autre fournisseur d’identité qui parle SAML 2.0. S’il sait importer des métadonnées, {metadataUrl} remplit le tout.',
  ),
  steps: [
    {
      id: 'addresses',
      title: titles.saml,
      text: words(
        'The binding is HTTP-POST. Sign the assertion with RSA and SHA-256.',
        '바인딩은 HTTP-POST입니다. 어설션을 RSA와 SHA-256으로 서명합니다.',
        'バインディングはHTTP-POSTです。アサーションにRSAとSHA-256で署名します。',
        'La liaison est HTTP-POST. Signez l’assertion avec RSA et SHA-256.',
      ),
      path: [],
      fields: [
        { label: 'SP Entity ID, Audience, Identifier', copy: 'entityId' },
        { label: 'ACS URL, Reply URL, Recipient', copy: 'acsUrl' },
        { label: 'Single Logout URL', copy: 'singleLogoutUrl' },
        { label: 'Login URL, Start URL', copy: 'signInUrl' },
        { label: 'NameID format', enter: 'persistent, emailAddress' },
      ],
      isVerified: true,
    },
    {
      id: 'claims',
      title: titles.claims,
      text: texts.claims,
      path: [],
      fields: [
        { label: 'Given name', enter: 'firstName' },
        { label: 'Family name', enter: 'lastName' },
        { label: 'Email', enter: 'email' },
      ],
      isVerified: true,
    },
    {
      id: 'metadata',
      title: titles.give,
      text: texts.metadataUrl,
      path: [],
      fields: [{ label: 'IdP metadata', give: 'metadataUrl' }],
      isVerified: true,
    },
    {
      id: 'assign',
      title: titles.assignSignIn,
      text: words(
        'Try it with one person first: {signInUrl}.',
        '먼저 한 사람으로 시험해 봅니다: {signInUrl}.',
        'まず1人で試してください：{signInUrl}',
        'Essayez d’abord avec une personne : {signInUrl}.',
      ),
      path: [],
      fields: [],
      isVerified: true,
    },
  ],
  claims: [
    { source: 'userName', claim: 'NameID', attribute: 'userName' },
    { source: 'Given name', claim: 'firstName', attribute: 'name.givenName' },
    { source: 'Family name', claim: 'lastName', attribute: 'name.familyName' },
    { source: 'Email', claim: 'email', attribute: 'emails[type eq "work"].value' },
  ],
  notes: [notes.userNameMatches, notes.assertionSigned, notes.begunThere],
  verifiedOn: comparedOn,
  sources: [
    {
      title: 'OASIS: SAML 2.0 profiles',
      url: 'https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf',
    },
  ],
}
