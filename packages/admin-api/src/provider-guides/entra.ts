import { words, type SamlGuide, type ScimGuide } from './guide.ts'
import { comparedOn, effect, here, means, notes, texts, there, titles } from './shared-words.ts'

const createApp = {
  id: 'create-app',
  title: titles.createApp,
  text: words(
    'Give it a name and choose **Integrate any other application you don’t find in the gallery (Non-gallery)**, then **Create**. One application serves both sign-in and provisioning.',
    '이름을 입력하고 **Integrate any other application you don’t find in the gallery (Non-gallery)**를 선택한 다음 **Create**를 누릅니다. 애플리케이션 하나로 로그인과 프로비저닝을 모두 처리합니다.',
    '名前を入力し、**Integrate any other application you don’t find in the gallery (Non-gallery)**を選んで**Create**を押します。1つのアプリケーションでサインインとプロビジョニングの両方に対応できます。',
    'Donnez-lui un nom, choisissez **Integrate any other application you don’t find in the gallery (Non-gallery)**, puis **Create**. Une seule application sert à la connexion et au provisionnement.',
  ),
  path: ['Entra ID', 'Enterprise apps', 'New application', 'Create your own application'],
  fields: [],
  isVerified: true,
} as const

export const entraScim: ScimGuide = {
  provider: 'entra',
  protocol: 'scim',
  product: 'Microsoft Entra ID',
  profile: 'entra',
  intro: words(
    'Entra ID sends changes about every 40 minutes. It demands https with a certificate that it trusts. You need the role of an application administrator, and a licence that includes provisioning.',
    'Entra ID는 약 40분마다 변경 사항을 보냅니다. 신뢰할 수 있는 인증서를 사용하는 https가 필요합니다. 애플리케이션 관리자 역할과 프로비저닝이 포함된 라이선스가 필요합니다.',
    'Entra IDは約40分ごとに変更を送信します。信頼できる証明書によるhttpsが必須です。アプリケーション管理者のロールと、プロビジョニングを含むライセンスが必要です。',
    'Entra ID transmet les modifications environ toutes les 40 minutes. Il exige https avec un certificat auquel il fait confiance. Il vous faut le rôle d’administrateur d’application et une licence qui comprend le provisionnement.',
  ),
  steps: [
    createApp,
    {
      id: 'connect',
      title: titles.connect,
      text: words(
        'Press **Test connection**, then **Create**. Entra looks for a person who does not exist; the empty answer is the right one.',
        '**Test connection**을 누른 다음 **Create**를 누릅니다. Entra는 존재하지 않는 사용자를 조회하며, 빈 응답이 올바른 결과입니다.',
        '**Test connection**を押し、続いて**Create**を押します。Entraは存在しないユーザーを検索し、空の応答が返れば正常です。',
        'Cliquez sur **Test connection**, puis sur **Create**. Entra recherche une personne qui n’existe pas : une réponse vide est la bonne.',
      ),
      path: ['Provisioning', 'New configuration'],
      fields: [
        { label: 'Tenant URL', copy: 'scimUrl' },
        { label: 'Secret token', copy: 'scimToken' },
      ],
      isVerified: true,
    },
    {
      id: 'safety',
      title: words('Be told of trouble', '문제 알림 받기', '問題の通知を受け取る', 'Être prévenu en cas de problème'),
      text: words(
        'Edit the properties: enter an address for notification emails, and switch **Accidental deletions prevention** on. Press **Apply**.',
        '속성을 편집하여 알림 메일을 받을 주소를 입력하고 **Accidental deletions prevention**을 켭니다. **Apply**를 누릅니다.',
        'プロパティを編集し、通知メールの宛先を入力して**Accidental deletions prevention**を有効にします。**Apply**を押します。',
        'Modifiez les propriétés : saisissez une adresse pour les notifications et activez **Accidental deletions prevention**. Cliquez sur **Apply**.',
      ),
      path: ['Overview', 'Properties', 'Edit'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'mapping',
      title: titles.mapping,
      text: words(
        'People are matched by `userName`, groups by `displayName`. The rest of the default mapping works as it is.',
        '사용자는 `userName`으로, 그룹은 `displayName`으로 일치시킵니다. 나머지 기본 매핑은 그대로 사용할 수 있습니다.',
        'ユーザーは`userName`、グループは`displayName`で照合します。そのほかの既定のマッピングはそのまま使えます。',
        'Les personnes sont rapprochées par `userName`, les groupes par `displayName`. Le reste du mappage par défaut convient tel quel.',
      ),
      path: ['Attribute mapping'],
      fields: [
        { label: 'Provision Microsoft Entra ID Users', enter: 'userName' },
        { label: 'Provision Microsoft Entra ID Groups', enter: 'displayName' },
      ],
      isVerified: true,
    },
    {
      id: 'assign',
      title: titles.assign,
      text: words(
        'Only direct members of an assigned group are sent, not those of groups inside it.',
        '할당된 그룹의 직접 구성원만 전송되며, 그 안에 포함된 그룹의 구성원은 전송되지 않습니다.',
        '割り当てたグループの直接のメンバーだけが送信され、入れ子になったグループのメンバーは送信されません。',
        'Seuls les membres directs d’un groupe affecté sont transmis, pas ceux des groupes imbriqués.',
      ),
      path: ['Users and groups', 'Add user/group'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'start',
      title: titles.start,
      text: words(
        'The first cycle takes minutes to hours. **Provision on demand** sends one person at once, to try it.',
        '첫 주기는 몇 분에서 몇 시간이 걸립니다. **Provision on demand**로 한 사람을 즉시 보내 시험할 수 있습니다.',
        '初回サイクルには数分から数時間かかります。**Provision on demand**を使うと、1人をすぐに送信して試せます。',
        'Le premier cycle dure de quelques minutes à quelques heures. **Provision on demand** transmet une personne tout de suite, pour essayer.',
      ),
      path: ['Overview', 'Start provisioning'],
      fields: [],
      isVerified: true,
    },
  ],
  arrivals: [
    {
      method: 'GET',
      path: '/Users?filter=userName eq "<random GUID>"',
      status: 200,
      means: words(
        'the test of the connection; the list must be empty',
        '연결 테스트입니다. 목록이 비어 있어야 합니다',
        '接続テストです。リストは空である必要があります',
        'le test de la connexion ; la liste doit être vide',
      ),
    },
    {
      method: 'GET',
      path: '/Schemas',
      status: 200,
      means: words(
        'the configuration was saved, or the mapping opened',
        '구성을 저장했거나 매핑을 열었습니다',
        '構成が保存されたか、マッピングが開かれました',
        'la configuration a été enregistrée, ou le mappage ouvert',
      ),
    },
    {
      method: 'GET',
      path: '/Users?filter=userName eq "…"',
      status: 200,
      means: words(
        'the cycle has begun: does the account exist?',
        '주기가 시작됨: 계정이 있는지 확인합니다',
        'サイクルが始まった：アカウントがあるかを確認します',
        'le cycle a commencé : le compte existe-t-il ?',
      ),
    },
    {
      method: 'POST',
      path: '/Users',
      status: 201,
      means: means.created,
    },
    {
      method: 'GET',
      path: '/Groups?excludedAttributes=members&filter=displayName eq "…"',
      status: 200,
      means: means.groupSent,
    },
  ],
  effects: [
    effect(there.assign, 'GET /Users?filter=…, POST /Users', here.active),
    effect(
      there.change,
      'PATCH /Users/{id}',
      words(
        'accepted in every shape that Entra has (text for booleans, dotted and URN keys); the request log names each rule that fired',
        'Entra가 보내는 모든 형태(부울 텍스트, 점 표기 키, URN 키)를 받아들이며, 적용된 규칙은 요청 로그에 표시됩니다',
        'Entraが送るあらゆる形式（真偽値の文字列、ドット区切りやURNのキー）を受け入れ、適用された規則はリクエストログに示されます',
        'accepté sous toutes les formes d’Entra (texte pour les booléens, clés à points et URN) ; le journal des requêtes nomme chaque règle appliquée',
      ),
    ),
    effect(
      words(
        'unassign, disable or soft-delete',
        '할당 해제, 사용 안 함 또는 일시 삭제',
        '割り当て解除、無効化、論理的な削除',
        'retirer l’affectation, désactiver ou supprimer de façon réversible',
      ),
      'PATCH active: False',
      words(
        'suspended; still found by filter and id, as Entra expects',
        '일시 중지됩니다. Entra가 기대하는 대로 필터와 id로 계속 조회됩니다',
        '一時停止されます。Entraの想定どおり、フィルターとidで引き続き検索できます',
        'suspendu ; toujours trouvé par filtre et par id, comme Entra l’attend',
      ),
    ),
    effect(
      words(
        'delete for good (30 days later)',
        '영구 삭제(30일 후)',
        '完全に削除する（30日後）',
        'supprimer définitivement (30 jours plus tard)',
      ),
      'DELETE /Users/{id}',
      here.deleted,
    ),
    effect(there.leaveGroup, 'PATCH remove members', here.onlyThatMember),
    effect(there.deleteGroup, 'DELETE /Groups/{id}', here.teamGone),
  ],
  notes: [
    words(
      '`?aadOptscim062020` behind the address is welcome and not needed: both shapes of requests are accepted.',
      '주소 뒤의 `?aadOptscim062020`은 있어도 되고 없어도 됩니다. 두 가지 요청 형태를 모두 받아들입니다.',
      'アドレスの末尾の`?aadOptscim062020`は、あってもなくてもかまいません。どちらの形式のリクエストも受け付けます。',
      '`?aadOptscim062020` à la fin de l’adresse est accepté sans être nécessaire : les deux formes de requêtes sont comprises.',
    ),
    words(
      'Give the token no expiry: an expired token puts Entra’s job into quarantine.',
      '토큰에 만료일을 두지 마십시오. 토큰이 만료되면 Entra의 작업이 격리됩니다.',
      'トークンには有効期限を設定しないでください。期限が切れると、Entraのジョブが検疫されます。',
      'Ne donnez pas d’expiration au jeton : un jeton expiré met le travail d’Entra en quarantaine.',
    ),
    words(
      'After a person comes back, Entra does not restore memberships: Rollcall keeps those of suspended people.',
      '사용자가 다시 활성화되어도 Entra는 구성원 자격을 복원하지 않습니다. Rollcall은 일시 중지된 사용자의 구성원 자격을 유지합니다.',
      'ユーザーが復帰しても、Entraはメンバーシップを復元しません。Rollcallは、一時停止中のユーザーのメンバーシップを保持します。',
      'Au retour d’une personne, Entra ne rétablit pas ses appartenances : Rollcall conserve celles des personnes suspendues.',
    ),
  ],
  verifiedOn: comparedOn,
  sources: [
    {
      title: 'Microsoft: Develop and plan provisioning for a SCIM endpoint',
      url: 'https://learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups',
    },
    {
      title: 'Microsoft: How application provisioning works',
      url: 'https://learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works',
    },
  ],
}

const identity = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'

export const entraSaml: SamlGuide = {
  provider: 'entra',
  protocol: 'saml',
  product: 'Microsoft Entra ID',
  preset: 'entra',
  intro: words(
    'People sign in at Microsoft Entra ID. You need the role of an application administrator.',
    '사용자는 Microsoft Entra ID에서 로그인합니다. 애플리케이션 관리자 역할이 필요합니다.',
    'ユーザーはMicrosoft Entra IDでサインインします。アプリケーション管理者のロールが必要です。',
    'Les personnes se connectent chez Microsoft Entra ID. Il vous faut le rôle d’administrateur d’application.',
  ),
  steps: [
    createApp,
    {
      id: 'addresses',
      title: titles.saml,
      text: words(
        'Or press **Upload metadata file** with the file from {metadataUrl}. Leave **Relay State** empty, and press **Save**.',
        '또는 {metadataUrl}에서 받은 파일로 **Upload metadata file**을 누릅니다. **Relay State**는 비워 두고 **Save**를 누릅니다.',
        'または、{metadataUrl}から取得したファイルを**Upload metadata file**で読み込みます。**Relay State**は空欄にし、**Save**を押します。',
        'Ou cliquez sur **Upload metadata file** avec le fichier de {metadataUrl}. Laissez **Relay State** vide, puis cliquez sur **Save**.',
      ),
      path: ['Single sign-on', 'SAML', 'Basic SAML Configuration', 'Edit'],
      fields: [
        { label: 'Identifier (Entity ID)', copy: 'entityId' },
        { label: 'Reply URL (Assertion Consumer Service URL)', copy: 'acsUrl' },
        { label: 'Sign on URL', copy: 'signInUrl' },
        { label: 'Logout Url', copy: 'singleLogoutUrl' },
      ],
      isVerified: true,
    },
    {
      id: 'claims',
      title: titles.claims,
      text: words(
        'Leave the claims as they are: they have the names that are expected. For roles and teams by groups press **Add a group claim**.',
        '클레임은 그대로 둡니다. 이미 필요한 이름으로 되어 있습니다. 그룹에 따라 역할과 팀을 지정하려면 **Add a group claim**을 누릅니다.',
        'クレームはそのままにします。すでに必要な名前になっています。グループによってロールやチームを決める場合は、**Add a group claim**を押します。',
        'Laissez les revendications telles quelles : elles portent les noms attendus. Pour des rôles et des équipes selon les groupes, cliquez sur **Add a group claim**.',
      ),
      path: ['Attributes & Claims'],
      fields: [],
      isVerified: true,
    },
    {
      id: 'metadata',
      title: titles.give,
      text: texts.metadataUrl,
      path: ['SAML Certificates'],
      fields: [{ label: 'App Federation Metadata Url', give: 'metadataUrl' }],
      isVerified: true,
    },
    {
      id: 'assign',
      title: titles.assignSignIn,
      text: words(
        'Whoever is not assigned sees an error of Microsoft (`AADSTS50105`).',
        '할당되지 않은 사용자에게는 Microsoft 오류(`AADSTS50105`)가 표시됩니다.',
        '割り当てられていないユーザーには、Microsoftのエラー（`AADSTS50105`）が表示されます。',
        'Une personne non affectée voit une erreur de Microsoft (`AADSTS50105`).',
      ),
      path: ['Users and groups', 'Add user/group'],
      fields: [],
      isVerified: true,
    },
  ],
  claims: [
    { source: 'user.userprincipalname', claim: 'NameID', attribute: 'userName' },
    {
      source: 'user.objectid',
      claim: 'http://schemas.microsoft.com/identity/claims/objectidentifier',
      attribute: 'externalId',
    },
    { source: 'user.givenname', claim: `${identity}/givenname`, attribute: 'name.givenName' },
    { source: 'user.surname', claim: `${identity}/surname`, attribute: 'name.familyName' },
    { source: 'user.mail', claim: `${identity}/emailaddress`, attribute: 'emails[type eq "work"].value' },
    {
      source: 'user.groups',
      claim: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups',
      attribute: 'roles, teams',
    },
  ],
  notes: [
    words(
      'People are found by the object id that SCIM sent as `externalId`, else by the NameID against `userName`.',
      '사용자는 SCIM이 `externalId`로 보낸 개체 ID로 찾고, 없으면 NameID를 `userName`과 비교하여 찾습니다.',
      'ユーザーは、SCIMが`externalId`として送ったオブジェクトIDで検索され、なければNameIDを`userName`と照合します。',
      'Les personnes sont retrouvées par l’identifiant d’objet que SCIM transmet comme `externalId`, sinon par le NameID comparé à `userName`.',
    ),
    words(
      'Entra leaves groups out for people with more than 150 of them: such a sign-in is refused with `tooManyGroups` and takes nothing away. Choose **Groups assigned to the application**.',
      '그룹이 150개를 넘는 사용자에 대해서는 Entra가 그룹을 생략합니다. 이러한 로그인은 `tooManyGroups`로 거부되며 아무것도 회수되지 않습니다. **Groups assigned to the application**을 선택합니다.',
      'グループが150を超えるユーザーについては、Entraはグループを省略します。このサインインは`tooManyGroups`で拒否され、何も取り消されません。**Groups assigned to the application**を選んでください。',
      'Entra omet les groupes des personnes qui en ont plus de 150 : une telle connexion est refusée avec `tooManyGroups` et ne retire rien. Choisissez **Groups assigned to the application**.',
    ),
    notes.assertionSigned,
    notes.begunThere,
  ],
  verifiedOn: comparedOn,
  sources: [
    {
      title: 'Microsoft: Enable SAML single sign-on for an enterprise application',
      url: 'https://learn.microsoft.com/entra/identity/enterprise-apps/add-application-portal-setup-sso',
    },
  ],
}
